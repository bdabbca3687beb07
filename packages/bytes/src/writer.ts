// Writing of our own values: big-endian integers and the vectors of RFC 9420 section 2.1, always in the one canonical
// form (docs/spec/bytes.md). What is written comes from us, so a value out of range is a bug: InvariantError.

import { assertInvariant, InvariantError } from "./invariant.ts";
import { MAX_VARINT } from "./limits.ts";

/** `buffer` holds `length` written bytes and room to spare; it is replaced as it grows. */
export interface Writer {
  buffer: Uint8Array;
  length: number;
}

const INITIAL_CAPACITY = 256;
/** Enough for all but whole trees and large commits; what grew beyond it is not worth holding on to. */
const MOST_KEPT = 16_384;
const NOTHING = new Uint8Array(0);

/**
 * The buffer that one `encode` leaves to the next: a fresh one for each costs more than the writing. An `encode` inside
 * another finds it taken and makes its own. What was written may be a secret, so it is wiped before it is left.
 */
let spare: Uint8Array | undefined;

/** What `write` wrote, in a buffer of exactly that length. */
export function encode(write: (w: Writer) => void): Uint8Array {
  const w: Writer = { buffer: spare ?? newBuffer(), length: 0 };
  spare = undefined;
  try {
    write(w);
    return finishWriter(w);
  } finally {
    leaveBuffer(w);
  }
}

/** An empty writer. */
export function createWriter(): Writer {
  return { buffer: newBuffer(), length: 0 };
}

/** A copy of what was written, of exactly that length. */
export function finishWriter(w: Writer): Uint8Array {
  return w.buffer.slice(0, w.length);
}

/** An unsigned big-endian integer of 1 octet. */
export function writeU8(w: Writer, n: number): void {
  if (n !== (n & 0xff)) refuseNumber("u8");
  const at = reserve(w, 1);
  w.buffer[at] = n;
}

/** An unsigned big-endian integer of 2 octets. */
export function writeU16(w: Writer, n: number): void {
  if (n !== (n & 0xffff)) refuseNumber("u16");
  const at = reserve(w, 2);
  w.buffer[at] = n >>> 8;
  w.buffer[at + 1] = n;
}

/** An unsigned big-endian integer of 4 octets. */
export function writeU32(w: Writer, n: number): void {
  if (n !== n >>> 0) refuseNumber("u32");
  putU32(w, n);
}

/** An unsigned big-endian integer of 8 octets. */
export function writeU64(w: Writer, n: bigint): void {
  if (n !== BigInt.asUintN(64, n)) refuseNumber("u64");
  putU32(w, Number(n >> 32n));
  putU32(w, Number(n & 0xffffffffn));
}

/** The bytes as they are, without a length. */
export function writeBytes(w: Writer, b: Uint8Array): void {
  const at = reserve(w, b.length);
  w.buffer.set(b, at);
}

/** A variable-length integer of RFC 9420 section 2.1.2 in its shortest form. */
export function writeVarint(w: Writer, n: number): void {
  const size = varintSize(n);
  putVarint(w, reserve(w, size), n);
}

/** A byte vector `opaque <V>`. */
export function writeVector(w: Writer, b: Uint8Array): void {
  writeVarint(w, b.length);
  writeBytes(w, b);
}

/** A vector `<V>` of structs. An item that writes nothing is a bug: no reader could tell how many there were. */
export function writeVectorOf<T>(
  w: Writer,
  items: readonly T[],
  item: (w: Writer, x: T) => void,
): void {
  // The length stands before the content and is known after it: one byte is left free, which is enough for most
  // vectors, and the content moves on where the length takes more.
  const header = reserve(w, 1);
  const start = w.length;
  for (const x of items) {
    const before = w.length;
    item(w, x);
    assertInvariant(w.length > before, "an item of a vector wrote nothing");
  }
  const length = w.length - start;
  const size = varintSize(length);
  if (size > 1) {
    reserve(w, size - 1);
    w.buffer.copyWithin(header + size, start, start + length);
  }
  putVarint(w, header, length);
}

/** An `optional<T>` of RFC 9420 section 2.1.1; `undefined` is the absent value. */
export function writeOptional<T>(
  w: Writer,
  x: T | undefined,
  item: (w: Writer, x: T) => void,
): void {
  if (x === undefined) {
    writeU8(w, 0);
    return;
  }
  writeU8(w, 1);
  item(w, x);
}

function newBuffer(): Uint8Array {
  return new Uint8Array(INITIAL_CAPACITY);
}

/** Takes the buffer away from the writer, so that whoever kept the writer cannot write into what comes next. */
function leaveBuffer(w: Writer): void {
  const { buffer, length } = w;
  w.buffer = NOTHING;
  w.length = 0;
  if (buffer.length > MOST_KEPT) return;
  buffer.fill(0, 0, length);
  spare = buffer;
}

/** Makes room for `count` bytes, counts them as written and returns where they begin. */
function reserve(w: Writer, count: number): number {
  const at = w.length;
  const needed = at + count;
  if (needed > w.buffer.length) {
    const grown = new Uint8Array(Math.max(needed, w.buffer.length * 2));
    grown.set(w.buffer);
    w.buffer = grown;
  }
  w.length = needed;
  return at;
}

function putU32(w: Writer, n: number): void {
  const at = reserve(w, 4);
  const { buffer } = w;
  buffer[at] = n >>> 24;
  buffer[at + 1] = n >>> 16;
  buffer[at + 2] = n >>> 8;
  buffer[at + 3] = n;
}

function varintSize(n: number): 1 | 2 | 4 {
  if (n !== n >>> 0 || n > MAX_VARINT) refuseNumber("varint");
  if (n < 64) return 1;
  return n < 16_384 ? 2 : 4;
}

function putVarint(w: Writer, at: number, n: number): void {
  const { buffer } = w;
  if (n < 64) {
    buffer[at] = n;
  } else if (n < 16_384) {
    buffer[at] = 0x40 | (n >>> 8);
    buffer[at + 1] = n;
  } else {
    buffer[at] = 0x80 | (n >>> 24);
    buffer[at + 1] = n >>> 16;
    buffer[at + 2] = n >>> 8;
    buffer[at + 3] = n;
  }
}

// The value itself stays out of the message: it may be part of a secret.
function refuseNumber(field: string): never {
  throw new InvariantError(`value out of range for ${field}`);
}
