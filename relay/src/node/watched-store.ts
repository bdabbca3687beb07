// The store with somebody beside it who counts (docs/spec/http.md, HT-19, HT-24): what was stored, what failed, and
// whether the last write went well. It changes nothing of what the store is asked or answers.

import type { LogStore, StoreRequest, StoreResult } from "../core/index.ts";
import { count, type Tally } from "./tally.ts";

export interface WatchedStore extends LogStore {
  /** Whether the store says, or the last write shows, that nothing can be written. */
  readonly isReadOnly: () => boolean;
}

/** A store that may know by itself whether it takes writes. */
export interface StoreOfUnknownHealth extends LogStore {
  readonly isReadOnly?: () => boolean;
}

const READS: ReadonlySet<StoreRequest["t"]> = new Set([
  "find-log",
  "read",
  "find-inbox",
  "find-sender",
  "read-inbox",
  "get-part",
]);

export function watchStore(
  store: StoreOfUnknownHealth,
  tally: Tally,
): WatchedStore {
  let hasFailedToWrite = false;
  const note = (request: StoreRequest, result: StoreResult | undefined) => {
    const hasFailed = result === undefined || result.t === "failed";
    if (hasFailed) count(tally, "halqa_store_failures_total");
    if (!READS.has(request.t)) hasFailedToWrite = hasFailed;
    const kind = hasFailed ? undefined : kindStored(request, result);
    if (kind !== undefined) count(tally, "halqa_stored_total", { label: kind });
  };
  return {
    isReadOnly: () => store.isReadOnly?.() ?? hasFailedToWrite,
    run: async (requests) => {
      let results: readonly StoreResult[] | undefined;
      try {
        results = await store.run(requests);
        return results;
      } finally {
        for (let i = 0; i < requests.length; i++) {
          note(requests[i]!, results?.[i]);
        }
      }
    },
  };
}

/** What this answer says was stored for the first time, as far as it says. */
function kindStored(
  request: StoreRequest,
  result: StoreResult,
): string | undefined {
  if (result.t === "appended") return result.isNew ? "entry" : undefined;
  if (result.t === "sent") return result.isNew ? "message" : undefined;
  // The store does not tell a part that came again from a new one.
  return request.t === "put-part" && result.t === "done" ? "part" : undefined;
}
