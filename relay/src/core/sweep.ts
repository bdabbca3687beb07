// Deleting what is too old (docs/spec/relay.md, "Lifetimes"): a little at a time, so that others are not held up.

import { KEPT_DAYS, SWEEP_ROWS } from "./relay-limits.ts";
import type { Asked, RelayState } from "./relay-state.ts";
import type { StoreResult, SweepRequest } from "./store.ts";

/** Has everything that is too old deleted, unless that is under way. */
export function beginSweep(state: RelayState): void {
  if (state.sweep === "idle") state.sweep = "due";
}

/** Lets the rest wait for the next start: a relay that ends waits for nothing that nobody waits for. */
export function endSweep(state: RelayState): void {
  state.sweep = "ended";
}

/** What the store is to be asked now, if anything. One sweep at a time is with it, besides what connections ask. */
export function takeSweep(state: RelayState): readonly Asked[] {
  if (state.sweep !== "due") return [];
  state.sweep = "asked";
  state.inStore.requests += 1;
  return [{ request: sweepOf(state.day), waiting: { t: "sweep" } }];
}

/** Goes on, or has done for this day. A store that cannot delete is asked again on the next. */
export function takeSwept(state: RelayState, result: StoreResult): void {
  if (state.sweep === "ended") return;
  const isMore = result.t === "swept" && !result.isDone;
  state.sweep = isMore ? "due" : "idle";
}

function sweepOf(day: number): SweepRequest {
  return {
    t: "sweep",
    entriesBefore: day - KEPT_DAYS.entries,
    logsBefore: day - KEPT_DAYS.logs,
    messagesBefore: day - KEPT_DAYS.messages,
    inboxesBefore: day - KEPT_DAYS.inboxes,
    blobsBefore: day - KEPT_DAYS.blobs,
    unfinishedBefore: day - KEPT_DAYS.unfinished,
    maxRows: SWEEP_ROWS,
  };
}
