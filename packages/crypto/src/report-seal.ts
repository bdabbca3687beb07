// What every sealing operation of this package does before it seals (nonce-watch.ts). docs/spec/crypto.md, CR-43.

import { concatBytes } from "@halqa/bytes";
import { getSealWatcher } from "./nonce-watch.ts";
import { sha256 } from "./sha256.ts";

/** Tells the watcher, if there is one, that this pair seals. Costs nothing where nobody watches. */
export function reportSeal(key: Uint8Array, nonce: Uint8Array): void {
  const watcher = getSealWatcher();
  if (watcher !== undefined) watcher(sha256(concatBytes(key, nonce)));
}
