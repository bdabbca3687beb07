// SHA-256 (FIPS 180-4). docs/spec/crypto.md, "Hashes".

import { sodium } from "./sodium.ts";

/** The 32-byte SHA-256 of `data`. */
export function sha256(data: Uint8Array): Uint8Array {
  return sodium.crypto_hash_sha256(data);
}
