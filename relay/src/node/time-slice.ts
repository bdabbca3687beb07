// Work that would hold up everything else is done in slices: after so many milliseconds the event loop reads, pings and
// answers others before it goes on (docs/spec/relay-node.md, RN-65).

import { performance } from "node:perf_hooks";

/** Two of them and a collection of garbage stay under 10 ms. */
const SLICE_MS = 3;

/** Whether the slice that began with this call is over. */
export function beginSlice(): () => boolean {
  const end = performance.now() + SLICE_MS;
  return () => performance.now() >= end;
}
