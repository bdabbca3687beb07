// Reads the columns of a row. The tables are strict, so a column of another kind is a mistake of ours.

import type { SQLOutputValue } from "node:sqlite";
import { assertInvariant, equalBytes } from "@halqa/bytes";
import { sha256 } from "../node-crypto.ts";

export type Row = Record<string, SQLOutputValue>;

export function numberIn(row: Row, column: string): number {
  const value = row[column];
  assertInvariant(typeof value === "number", `${column} holds a number`);
  return value;
}

export function bytesIn(row: Row, column: string): Uint8Array {
  const value = row[column];
  assertInvariant(value instanceof Uint8Array, `${column} holds bytes`);
  return value;
}

/** Something whose body is read only where it is wanted. */
export interface Stored {
  readonly seq: number;
  /** SHA-256 of the body. */
  readonly hash: Uint8Array;
  readonly read: () => Uint8Array;
}

/**
 * The bodies of as many as fit in both bounds, but of the first in any case where one is wanted. Ends before a body
 * that is not what its hash says, and throws where that is the first: a damaged one is never handed over (RN-26).
 */
export function takeWithin(
  all: Iterable<Stored>,
  {
    maxCount,
    maxBytes,
  }: { readonly maxCount: number; readonly maxBytes: number },
): readonly { readonly seq: number; readonly body: Uint8Array }[] {
  const taken: { readonly seq: number; readonly body: Uint8Array }[] = [];
  if (maxCount === 0) return taken;
  let bytes = 0;
  for (const { seq, hash, read } of all) {
    const body = read();
    bytes += body.length;
    if (taken.length > 0 && bytes > maxBytes) break;
    const isWhole = equalBytes(sha256(body), hash);
    if (!isWhole && taken.length > 0) break;
    assertInvariant(isWhole, "a body is what its hash says");
    taken.push({ seq, body });
    if (taken.length === maxCount) break;
  }
  return taken;
}
