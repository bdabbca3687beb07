// What the relay counts while it works, for its figures (docs/spec/http.md, HT-24): sums, without a word about whom they
// are of. A label is always one of a fixed set of ours, never anything that a client sent.

import type { FigureName } from "../core/index.ts";

export interface Tally {
  readonly sums: Map<FigureName, Map<string, number>>;
  /** Requests in the largest transaction since this was last asked. */
  largestBatch: number;
}

export function createTally(): Tally {
  return { sums: new Map(), largestBatch: 0 };
}

/** Adds to a sum, under a label where the figure has one. */
export function count(
  tally: Tally,
  name: FigureName,
  {
    label = "",
    by = 1,
  }: { readonly label?: string; readonly by?: number } = {},
): void {
  let sums = tally.sums.get(name);
  if (sums === undefined) {
    sums = new Map();
    tally.sums.set(name, sums);
  }
  sums.set(label, (sums.get(label) ?? 0) + by);
}

/** One transaction of the store has been answered. */
export function countBatch(tally: Tally, requests: number): void {
  count(tally, "halqa_store_batches_total");
  count(tally, "halqa_store_requests_total", { by: requests });
  tally.largestBatch = Math.max(tally.largestBatch, requests);
}

/** Under which label a message of this length is counted: its size is one of three, or it is no frame. */
export function sizeLabelOf(length: number): string {
  const isFrame = length === 4_096 || length === 16_384 || length === 65_536;
  return isFrame ? String(length) : "other";
}
