// HKDF-SHA-256 (RFC 5869), on libsodium's HMAC: neither build of libsodium has an HKDF of its own.
// docs/spec/crypto.md, "Hashes".

import { assertInvariant } from "@halqa/bytes";
import { hmacSha256 } from "./hmac.ts";

const HASH_LENGTH = 32;
// RFC 5869, 2.3: the block counter is one octet.
const MAX_OUTPUT_LENGTH = 255 * HASH_LENGTH;
// HMAC pads any shorter key with zeros, so the result is the same; libsodium is faster with a key of this length.
const zeroSalt = new Uint8Array(HASH_LENGTH);

/** HKDF-Extract: a 32-byte pseudorandom key. An empty salt means 32 zero bytes, as the RFC has it. */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return hmacSha256(salt.length === 0 ? zeroSalt : salt, ikm);
}

/** HKDF-Expand to `length` bytes, 1 to 8,160. The pseudorandom key has at least 32 bytes. */
export function hkdfExpand(
  prk: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  assertInvariant(prk.length >= HASH_LENGTH, "a short pseudorandom key");
  assertInvariant(
    Number.isInteger(length) && length >= 1 && length <= MAX_OUTPUT_LENGTH,
    "an HKDF output has 1 to 8160 bytes",
  );
  // T(1), which is all that is asked for nearly always.
  const input = new Uint8Array(info.length + 1);
  input.set(info);
  input[info.length] = 1;
  const first = hmacSha256(prk, input);
  if (length === HASH_LENGTH) return first;
  if (length < HASH_LENGTH) return first.slice(0, length);
  return expandFurther(prk, info, { first, length });
}

// T(i) = HMAC(prk, T(i - 1) || info || i) from i = 2 on.
function expandFurther(
  prk: Uint8Array,
  info: Uint8Array,
  start: { first: Uint8Array; length: number },
): Uint8Array {
  const output = new Uint8Array(start.length);
  const input = new Uint8Array(HASH_LENGTH + info.length + 1);
  input.set(info, HASH_LENGTH);
  let block = start.first;
  output.set(block);
  for (let at = HASH_LENGTH; at < start.length; at += HASH_LENGTH) {
    input.set(block);
    input[input.length - 1] = at / HASH_LENGTH + 1;
    block = hmacSha256(prk, input);
    output.set(block.subarray(0, start.length - at), at);
  }
  return output;
}
