// Reading of untrusted bytes: big-endian integers and the vectors of RFC 9420 section 2.1 (docs/spec/bytes.md).
// A reader is plain data. Its failure is sticky: after the first one every read answers 0 or nothing, so a decoder is
// a straight list of reads and its result counts only once `decode` says so.
// Never: throw on input, allocate for a length that was not checked, return a view of the input.

import { DEFAULT_MAX_ITEMS, MAX_VARINT } from "./limits.ts";
import { err, ok, type Result } from "./result.ts";

/**
 * Why bytes were refused: they end too early, go on after the end, have a shorter form, exceed a bound, or mean
 * nothing. `at` is the offset at which the reader stood.
 */
export type DecodeError = {
  readonly kind:
    "truncated" | "trailing" | "non-canonical" | "too-long" | "invalid";
  readonly at: number;
};

export interface Reader {
  readonly bytes: Uint8Array;
  position: number;
  end: number;
  error: DecodeError | undefined;
}

/** Runs `read` over `bytes` and accepts its value only if nothing failed and every byte was consumed. */
export function decode<T>(
  bytes: Uint8Array,
  read: (r: Reader) => T,
): Result<T, DecodeError> {
  const r = createReader(bytes);
  const value = read(r);
  if (r.position !== r.end) failReader(r, "trailing");
  return r.error === undefined ? ok(value) : err(r.error);
}

/** A reader at the start of `bytes`. Whoever does not go through `decode` checks `hasFailed` and the end itself. */
export function createReader(bytes: Uint8Array): Reader {
  return {
    bytes: plainView(bytes),
    position: 0,
    end: bytes.length,
    error: undefined,
  };
}

/** Marks the reader as failed where it stands; an earlier failure stays. For decoders that refuse a value. */
export function failReader(r: Reader, kind: DecodeError["kind"]): void {
  r.error ??= { kind, at: r.position };
}

/** Whether any read so far has failed. */
export function hasFailed(r: Reader): boolean {
  return r.error !== undefined;
}

/** How many bytes can still be read; 0 after a failure, so that loops over it end. */
export function remaining(r: Reader): number {
  return r.error === undefined ? r.end - r.position : 0;
}

/** An unsigned big-endian integer of 1 octet. */
export function readU8(r: Reader): number {
  if (!canRead(r, 1)) return 0;
  const value = octet(r, 0);
  r.position += 1;
  return value;
}

/** An unsigned big-endian integer of 2 octets. */
export function readU16(r: Reader): number {
  if (!canRead(r, 2)) return 0;
  const value = (octet(r, 0) << 8) | octet(r, 1);
  r.position += 2;
  return value;
}

/** An unsigned big-endian integer of 4 octets. */
export function readU32(r: Reader): number {
  if (!canRead(r, 4)) return 0;
  const value = fourOctets(r) >>> 0;
  r.position += 4;
  return value;
}

/** An unsigned big-endian integer of 8 octets. */
export function readU64(r: Reader): bigint {
  if (!canRead(r, 8)) return 0n;
  const high = readU32(r);
  const low = readU32(r);
  return (BigInt(high) << 32n) | BigInt(low);
}

/**
 * A copy of the next `length` bytes. A length that is no whole number from 0 up fails as `invalid` and does not
 * throw: it can come from arithmetic on hostile fields.
 */
export function readBytes(r: Reader, length: number): Uint8Array {
  if (!Number.isSafeInteger(length) || length < 0) failReader(r, "invalid");
  if (!canRead(r, length)) return new Uint8Array(0);
  const start = r.position;
  r.position += length;
  return r.bytes.slice(start, r.position);
}

/** A variable-length integer of RFC 9420 section 2.1.2, at most 2^30-1, in its shortest form only. */
export function readVarint(r: Reader): number {
  if (!canRead(r, 1)) return 0;
  const first = octet(r, 0);
  switch (first >> 6) {
    case 0:
      r.position += 1;
      return first;
    case 1:
      return takeVarint(r, 2, 64);
    case 2:
      return takeVarint(r, 4, 16_384);
    default:
      failReader(r, "invalid");
      return 0;
  }
}

/** A byte vector `opaque <V>`, copied. `maxLength` is the bound of the field; by default what the input still holds. */
export function readVector(r: Reader, maxLength = MAX_VARINT): Uint8Array {
  const length = readVarint(r);
  // Written so that a bound that is not a number refuses everything.
  if (!(length <= maxLength)) failReader(r, "too-long");
  return readBytes(r, length);
}

/**
 * A vector `<V>` of structs that fills its stated length exactly. An item that consumes nothing is `invalid`, because
 * a vector of such items has no end; more than `maxItems` are `too-long`.
 */
export function readVectorOf<T>(
  r: Reader,
  item: (r: Reader) => T,
  maxItems = DEFAULT_MAX_ITEMS,
): T[] {
  const items: T[] = [];
  const length = readVarint(r);
  if (!canRead(r, length)) return items;
  // The items see the end of their vector as the end of the input, so that none of them can read past it.
  const outerEnd = r.end;
  r.end = r.position + length;
  while (r.error === undefined && r.position < r.end) {
    if (!(items.length < maxItems)) {
      failReader(r, "too-long");
      break;
    }
    const start = r.position;
    items.push(item(r));
    if (r.position === start) failReader(r, "invalid");
  }
  r.end = outerEnd;
  return r.error === undefined ? items : [];
}

/** An `optional<T>` of RFC 9420 section 2.1.1: presence octet 0 or 1, any other is `invalid`. */
export function readOptional<T>(
  r: Reader,
  item: (r: Reader) => T,
): T | undefined {
  if (!canRead(r, 1)) return undefined;
  const presence = octet(r, 0);
  if (presence > 1) {
    failReader(r, "invalid");
    return undefined;
  }
  r.position += 1;
  return presence === 1 ? item(r) : undefined;
}

/** True when `length` more bytes can be read; otherwise the reader has failed. */
function canRead(r: Reader, length: number): boolean {
  if (r.error !== undefined) return false;
  if (length <= r.end - r.position) return true;
  failReader(r, "truncated");
  return false;
}

function octet(r: Reader, offset: number): number {
  return r.bytes[r.position + offset]!;
}

function fourOctets(r: Reader): number {
  return (
    (octet(r, 0) << 24) | (octet(r, 1) << 16) | (octet(r, 2) << 8) | octet(r, 3)
  );
}

/** The value of a varint of `length` bytes; below `minimum` a shorter form exists, so this one is refused. */
function takeVarint(r: Reader, length: 2 | 4, minimum: number): number {
  if (!canRead(r, length)) return 0;
  const value =
    length === 2
      ? ((octet(r, 0) & 0x3f) << 8) | octet(r, 1)
      : fourOctets(r) & 0x3fffffff;
  if (value < minimum) {
    failReader(r, "non-canonical");
    return 0;
  }
  r.position += length;
  return value;
}

/** Node's Buffer overrides `slice` to alias its memory; a plain view of the same bytes copies. */
function plainView(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
