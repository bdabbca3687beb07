// BLAKE2b (RFC 7693), keyed or not. docs/spec/crypto.md, "Hashes".

import { assertInvariant } from "@halqa/bytes";
import { sodium } from "./sodium.ts";

// libsodium's recommended range: below 16 bytes neither collisions nor keys are out of reach.
const MIN_LENGTH = 16;
const MAX_LENGTH = 64;

/** BLAKE2b of `data`: 16 to 64 bytes, under a key of 16 to 64 bytes where one is given. */
export function blake2b(
  options: { readonly key?: Uint8Array; readonly length: number },
  data: Uint8Array,
): Uint8Array {
  const { key, length } = options;
  assertInvariant(
    Number.isInteger(length) && inRange(length),
    "a BLAKE2b output has 16 to 64 bytes",
  );
  assertInvariant(
    key === undefined || inRange(key.length),
    "a BLAKE2b key has 16 to 64 bytes",
  );
  return sodium.crypto_generichash(length, data, key ?? null);
}

function inRange(length: number): boolean {
  return length >= MIN_LENGTH && length <= MAX_LENGTH;
}
