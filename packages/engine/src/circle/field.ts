/** The fields that circles and invites are made of: each has one encoding and refuses every other. */
import {
  assertInvariant,
  compareBytes,
  encodeUtf8,
  failReader,
  hasFailed,
  readBytes,
  readU32,
  readU64,
  readUtf8,
  readVectorOf,
  writeBytes,
  writeU64,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { isName, MAX_NAME_BYTES } from "@halqa/model";
import { LAST_DAY } from "./limits.ts";

export const KEY_LENGTH = 32;
export const SIGNATURE_LENGTH = 64;

/** A key, an id, a hash or a seed. */
export function readKey(r: Reader): Uint8Array {
  return readBytes(r, KEY_LENGTH);
}

export function writeKey(w: Writer, key: Uint8Array): void {
  writeFixed(w, key, KEY_LENGTH);
}

export function writeFixed(w: Writer, bytes: Uint8Array, length: number): void {
  assertInvariant(bytes.length === length, `${length} bytes are expected`);
  writeBytes(w, bytes);
}

/** What a circle or a member is called (docs/spec/content.md, "Text"): no name reaches anybody that could pass for another by what it hides. */
export function readName(r: Reader): string {
  const name = readUtf8(r, MAX_NAME_BYTES);
  if (!isName(name)) failReader(r, "invalid");
  return name;
}

export function writeName(w: Writer, name: string): void {
  assertInvariant(isName(name), "names were checked");
  writeVector(w, encodeUtf8(name));
}

/** Keys in increasing order, none twice: a set has one encoding. */
export function readKeySet(r: Reader, max: number): readonly Uint8Array[] {
  const keys = readVectorOf(r, readKey, max);
  if (!hasFailed(r) && !isKeySet(keys)) failReader(r, "non-canonical");
  return keys;
}

export function writeKeySet(w: Writer, keys: readonly Uint8Array[]): void {
  assertInvariant(isKeySet(keys), "the keys of a set are in order");
  writeVectorOf(w, keys, writeKey);
}

function isKeySet(keys: readonly Uint8Array[]): boolean {
  return keys.every((key, index) => {
    const before = keys[index - 1];
    return before === undefined || compareBytes(before, key) < 0;
  });
}

/** A whole number up to 2^53 - 1, as uint64. */
export function readCount(r: Reader): number {
  const value = readU64(r);
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  failReader(r, "invalid");
  return 0;
}

export function writeCount(w: Writer, value: number): void {
  assertInvariant(
    Number.isSafeInteger(value) && value >= 0,
    "a count is a whole number",
  );
  writeU64(w, BigInt(value));
}

/** A day since 1970, as uint32, that still is one on every device. */
export function readDay(r: Reader): number {
  const day = readU32(r);
  if (day <= LAST_DAY) return day;
  failReader(r, "invalid");
  return 0;
}

/** The version octet that opens a structure; any other version is refused. */
export function readVersion(r: Reader, version: number): void {
  if (readBytes(r, 1)[0] !== version) failReader(r, "invalid");
}
