// Fields that contents, items and summaries share.

import {
  assertInvariant,
  encodeUtf8,
  failReader,
  readBytes,
  readU8,
  readUtf8,
  writeU8,
  writeVector,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import { ID_BYTES } from "./limits.ts";

/** An id in a field: 16 bytes that any author can choose. */
export function readId(r: Reader): Uint8Array {
  return readBytes(r, ID_BYTES);
}

/** Text of a field that keeps the field's rules; otherwise the reader has failed. */
export function readChecked(
  r: Reader,
  maxBytes: number,
  isAllowed: (text: string) => boolean,
): string {
  const start = r.position;
  const text = readUtf8(r, maxBytes);
  if (r.error === undefined && !isAllowed(text)) {
    r.position = start;
    failReader(r, "invalid");
  }
  return text;
}

export function writeText(w: Writer, text: string): void {
  writeVector(w, encodeUtf8(text));
}

/** An octet that is 0 or 1. */
export function writeFlag(w: Writer, flag: boolean): void {
  writeU8(w, flag ? 1 : 0);
}

/** Reads one; any other octet is `invalid`. */
export function readFlag(r: Reader): boolean {
  const octet = readU8(r);
  if (octet > 1) failReader(r, "invalid");
  return octet === 1;
}

/** Writes a choice as its index in a table; tables only grow at their end. */
export function writeChoice<T>(
  w: Writer,
  choices: readonly T[],
  choice: T,
): void {
  const index = choices.indexOf(choice);
  assertInvariant(index >= 0, "a choice stands in its table");
  writeU8(w, index);
}

/** Reads a choice from a table; an index behind its end is `invalid`. */
export function readChoice<T>(r: Reader, choices: readonly T[]): T {
  const choice = choices[readU8(r)];
  if (choice === undefined) failReader(r, "invalid");
  return choice ?? choices[0]!;
}
