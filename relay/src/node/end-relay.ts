// The end of a relay that is told to end (docs/spec/http.md, HT-15, HT-29): in order, and in a bounded time.

import process from "node:process";
import type { RunningRelay } from "./start-relay.ts";

/** How long an end may take: the store's last transaction, and the goodbyes. */
export const END_MS = 30_000;

/** Ends the relay. Where that takes longer than it may, the process is broken off with a sentence and exit code 1. */
export async function endRelay(
  relay: Pick<RunningRelay, "close">,
  capMs = END_MS,
): Promise<void> {
  const late = setTimeout(() => {
    process.stderr.write(
      `The relay could not finish within ${capMs / 1_000} seconds and stops as it is: what it has acknowledged is on disk.\n`,
    );
    process.exit(1);
  }, capMs);
  await relay.close();
  clearTimeout(late);
}
