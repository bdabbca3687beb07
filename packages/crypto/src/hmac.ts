// HMAC-SHA-256 (RFC 2104) for keys of any length. docs/spec/crypto.md, "Hashes".

import { equalBytes } from "@halqa/bytes";
import { sodium } from "./sodium.ts";

// libsodium's one-shot HMAC takes keys of exactly this length. Its incremental interface takes any, pads them with zeros
// to the block of 64 bytes and hashes those beyond it.
const ONE_SHOT_KEY_LENGTH = 32;

/** The 32-byte HMAC-SHA-256 of `data`. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  if (key.length === ONE_SHOT_KEY_LENGTH) {
    return sodium.crypto_auth_hmacsha256(data, key);
  }
  const state = sodium.crypto_auth_hmacsha256_init(key);
  sodium.crypto_auth_hmacsha256_update(state, data);
  return sodium.crypto_auth_hmacsha256_final(state);
}

/** Whether `tag` is the HMAC of `data`, compared in constant time. A tag of another length is simply wrong. */
export function verifyHmacSha256(
  key: Uint8Array,
  data: Uint8Array,
  tag: Uint8Array,
): boolean {
  return equalBytes(hmacSha256(key, data), tag);
}
