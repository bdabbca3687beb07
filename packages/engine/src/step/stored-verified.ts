/** Members whose keys a person compared, as bytes. */
import { decode, encode, writeU8 } from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import { readKeySet, readVersion, writeKeySet } from "../circle/field.ts";
import { MAX_VERIFIED } from "./limits.ts";

const VERSION = 1;

export function encodeVerified(keys: readonly Uint8Array[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeKeySet(w, keys);
  });
}

export function decodeVerified(
  bytes: Uint8Array,
): Result<readonly Uint8Array[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readKeySet(r, MAX_VERIFIED);
  });
}
