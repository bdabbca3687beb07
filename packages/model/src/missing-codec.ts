// The body of the signal that asks for what is missing (docs/spec/content.md, "Bytes"): one form, ascending, bounded.

import {
  failReader,
  readU32,
  readU64,
  readVectorOf,
  writeU32,
  writeU64,
  writeVectorOf,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import type { MissingContent } from "./content.ts";
import { MAX_MISSING } from "./limits.ts";

export function writeMissingBody(w: Writer, content: MissingContent): void {
  writeU32(w, content.leaf);
  writeU64(w, content.epoch);
  writeVectorOf(w, content.numbers, writeU32);
}

/** At least one number, each above the one before. */
export function readMissingBody(r: Reader): MissingContent {
  const leaf = readU32(r);
  const epoch = readU64(r);
  let last = -1;
  const numbers = readVectorOf(
    r,
    (inner) => {
      const one = readU32(inner);
      if (one <= last) failReader(inner, "non-canonical");
      last = one;
      return one;
    },
    MAX_MISSING,
  );
  if (numbers.length === 0) failReader(r, "invalid");
  return { kind: "missing", leaf, epoch, numbers };
}
