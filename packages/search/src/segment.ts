/**
 * Segments: the index of a fixed stretch of a list (docs/spec/search.md, SE-20 to SE-26). A segment is written whole, from the items as they
 * are, and written again when one of them changes: what was taken back leaves the index with it. Nothing is written for
 * a single message.
 */

import { assertInvariant } from "@halqa/bytes";
import {
  bucketOf,
  encodeBucket,
  encodePlaces,
  placesIn,
  readPlacesRecord,
} from "./bucket.ts";
import { gramsOf } from "./grams.ts";
import { BUCKETS, SEGMENT_SPAN } from "./limits.ts";
import type { Query } from "./query.ts";

/** A text of the list. */
export interface Doc {
  readonly ordinal: number;
  readonly text: string;
  /** It will disappear: it is found while it is there, and no word of it is written into the index. */
  readonly fleeting?: boolean;
}

/** A record to be written; without a value there is nothing to find in it. */
export interface IndexWrite {
  readonly name: string;
  readonly value: Uint8Array | undefined;
}

const LOOSE = "loose";

/** The segment in which an ordinal stands. */
export function segmentOf(ordinal: number): number {
  return Math.floor(ordinal / SEGMENT_SPAN);
}

/** The first ordinal of a segment. */
export function startOfSegment(segment: number): number {
  return segment * SEGMENT_SPAN;
}

/** All records of a segment, by their names, for whoever forgets a list. */
export function namesOfSegment(segment: number): readonly string[] {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) =>
    bucketName(segment, bucket),
  );
  return [...buckets, looseName(segment)];
}

/** All records of a segment anew, from all of its texts; those of the items that say nothing are left out. */
export function planSegment(
  segment: number,
  docs: readonly Doc[],
): readonly IndexWrite[] {
  const start = startOfSegment(segment);
  const buckets = Array.from(
    { length: BUCKETS },
    () => new Map<string, number[]>(),
  );
  const loose: number[] = [];
  for (const { ordinal, text, fleeting } of docs.toSorted(byOrdinal)) {
    const place = ordinal - start;
    assertInvariant(
      place >= 0 && place < SEGMENT_SPAN,
      "a text stands in its segment",
    );
    const grams = fleeting === true ? undefined : gramsOf(text);
    if (grams === undefined) loose.push(place);
    for (const gram of grams ?? []) {
      const bucket = buckets[bucketOf(gram)]!;
      const places = bucket.get(gram);
      if (places === undefined) bucket.set(gram, [place]);
      else places.push(place);
    }
  }
  return [
    ...buckets.map((bucket, index) => ({
      name: bucketName(segment, index),
      value: bucket.size === 0 ? undefined : encodeBucket(bucket),
    })),
    {
      name: looseName(segment),
      value: loose.length === 0 ? undefined : encodePlaces(loose),
    },
  ];
}

/** The records of a segment that say where a query may be found. */
export function namesFor(query: Query, segment: number): readonly string[] {
  const buckets = new Set(
    query.words.flatMap((word) => word.grams).map(bucketOf),
  );
  return [
    ...[...buckets].map((bucket) => bucketName(segment, bucket)),
    looseName(segment),
  ];
}

/**
 * Where in a segment a query may be found, newest first: every text that has it is among them, and some that do not, so each
 * is to be read and asked with `isFoundIn`. A record that does not decode finds nothing.
 */
export function candidatesIn(
  query: Query,
  segment: number,
  read: (name: string) => Uint8Array | undefined,
): readonly number[] {
  const start = startOfSegment(segment);
  const loose = read(looseName(segment));
  const found = new Set(loose === undefined ? [] : readPlacesRecord(loose));
  for (const place of placesOf(query, segment, read)) found.add(place);
  return [...found].toSorted((a, b) => b - a).map((place) => start + place);
}

function placesOf(
  query: Query,
  segment: number,
  read: (name: string) => Uint8Array | undefined,
): readonly number[] {
  const grams = new Set(query.words.flatMap((word) => word.grams));
  let places: readonly number[] | undefined;
  for (const gram of grams) {
    const bytes = read(bucketName(segment, bucketOf(gram)));
    const having = bytes === undefined ? [] : placesIn(bytes, gram);
    const has = new Set(having);
    places = places === undefined ? having : places.filter((x) => has.has(x));
    if (places.length === 0) return [];
  }
  return places ?? [];
}

function bucketName(segment: number, bucket: number): string {
  return `${segment}/${bucket}`;
}

function looseName(segment: number): string {
  return `${segment}/${LOOSE}`;
}

function byOrdinal(a: Doc, b: Doc): number {
  return a.ordinal - b.ordinal;
}
