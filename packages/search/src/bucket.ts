/**
 * Buckets: the records of a segment (docs/spec/search.md, "Records"). Each holds the grams whose hash leads to it, with
 * the places of the texts that have them, as differences. Names and hashes can be computed, so no store needs to list or
 * range over anything.
 */

import {
  createReader,
  decode,
  encode,
  encodeUtf8,
  equalBytes,
  failReader,
  readBytes,
  readU8,
  readVarint,
  remaining,
  writeBytes,
  writeU8,
  writeVarint,
  writeVector,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import { BUCKETS, SEGMENT_SPAN } from "./limits.ts";

const BUCKET_VERSION = 1;

/** Places in the segment, ascending, by gram. */
export type Bucket = ReadonlyMap<string, readonly number[]>;

/** Where a gram stands. Not cryptographic: it only spreads. */
export function bucketOf(gram: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < gram.length; at++) {
    hash = Math.imul(hash ^ gram.charCodeAt(at), 0x01000193);
  }
  // The low bits of this hash spread worst.
  return ((hash ^ (hash >>> 15)) >>> 0) % BUCKETS;
}

/** The one byte form of a bucket. */
export function encodeBucket(bucket: Bucket): Uint8Array {
  const grams = [...bucket].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return encode((w) => {
    writeU8(w, BUCKET_VERSION);
    for (const [gram, places] of grams) {
      writeVector(w, encodeUtf8(gram));
      writeVector(
        w,
        encode((inner) => writePlaces(inner, places)),
      );
    }
  });
}

/**
 * Where a gram stands in a bucket, none where the bytes are no bucket. The other grams are stepped over: to read all of them for
 * each of a hundred segments is what a search would take its time for.
 */
export function placesIn(bytes: Uint8Array, gram: string): readonly number[] {
  const wanted = encodeUtf8(gram);
  const r = createReader(bytes);
  if (readU8(r) !== BUCKET_VERSION) return [];
  while (r.error === undefined && remaining(r) > 0) {
    const isWanted = isNext(r, wanted);
    const length = readVarint(r);
    if (isWanted) return decodePlaces(readBytes(r, length));
    skip(r, length);
  }
  return [];
}

/** Whether the vector that comes next is these bytes; it is behind the reader afterwards. */
function isNext(r: Reader, wanted: Uint8Array): boolean {
  const length = readVarint(r);
  if (length !== wanted.length) {
    skip(r, length);
    return false;
  }
  return equalBytes(readBytes(r, length), wanted);
}

function skip(r: Reader, length: number): void {
  if (length > remaining(r)) failReader(r, "truncated");
  else r.position += length;
}

/** Places as the bytes of a record. */
export function encodePlaces(places: readonly number[]): Uint8Array {
  return encode((w) => {
    writeU8(w, BUCKET_VERSION);
    writeBytes(
      w,
      encode((inner) => writePlaces(inner, places)),
    );
  });
}

/** The places of such a record, none where the bytes are no such. */
export function readPlacesRecord(bytes: Uint8Array): readonly number[] {
  return bytes[0] === BUCKET_VERSION ? decodePlaces(bytes.slice(1)) : [];
}

/** Each as the difference to the one before, less one. */
function writePlaces(w: Writer, places: readonly number[]): void {
  let last = -1;
  for (const place of places) {
    writeVarint(w, place - last - 1);
    last = place;
  }
}

function decodePlaces(bytes: Uint8Array): readonly number[] {
  const read = decode(bytes, (r) => {
    const places: number[] = [];
    let last = -1;
    while (r.error === undefined && remaining(r) > 0) {
      last += readVarint(r) + 1;
      if (last >= SEGMENT_SPAN) failReader(r, "invalid");
      places.push(last);
    }
    return places;
  });
  return read.ok ? read.value : [];
}
