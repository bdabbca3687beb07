/** The entry @halqa/crypto/symbolic, for simulated worlds only. It loads no libsodium. */
export { installSymbolicCrypto } from "./install.ts";
export { listenToTerms } from "./terms.ts";
export type { Term } from "./terms.ts";
