/** A commit in several entries as far as it has come (docs/spec/circle.md, CI-140, CI-148). */
import {
  readOptional,
  readU32,
  readVector,
  readVectorOf,
  writeOptional,
  writeU32,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { readKey, writeKey } from "./field.ts";
import type { Manifest } from "./fragment-frame.ts";
import { MAX_FRAGMENTS } from "./limits.ts";

/** What a manifest announced and what of it has come. */
export interface FragmentSet extends Manifest {
  /** All but the last one, which opens the body and is not kept. */
  readonly parts: readonly (Uint8Array | undefined)[];
}

/** No commit in several entries is under way. */
export const noFragments: readonly FragmentSet[] = [];

export function writeFragmentSet(w: Writer, set: FragmentSet): void {
  writeU32(w, set.leaf);
  writeU32(w, set.number);
  writeU32(w, set.total);
  writeVectorOf(w, set.entryIds, writeKey);
  writeVectorOf(w, set.parts, (inner, part) =>
    writeOptional(inner, part, writeVector),
  );
}

export function readFragmentSet(r: Reader): FragmentSet {
  return {
    leaf: readU32(r),
    number: readU32(r),
    total: readU32(r),
    entryIds: readVectorOf(r, readKey, MAX_FRAGMENTS),
    parts: readVectorOf(
      r,
      (inner) => readOptional(inner, (one) => readVector(one)),
      MAX_FRAGMENTS,
    ),
  };
}
