/** What came of a backlog and waits for its batch to fill (docs/spec/engine.md, EN-36): a transaction costs more than what it holds, and a backlog comes in small frames. */
import {
  BATCH_WAIT_MS,
  MAX_BATCH,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_ENTRIES,
} from "./limits.ts";
import type { LogRun } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** Whether what comes now is to wait: it is the first of a page. A timer ends it. */
export function startFilling(turn: Turn, id: string, run: LogRun): boolean {
  const fills = run.queue.length === 0 && run.readingFrom !== undefined;
  if (fills)
    emit(turn, { type: "timer", id: `batch ${id}`, afterMs: BATCH_WAIT_MS });
  return fills;
}

/** Whether what is queued waits for more. It does not where the batch is full or the log was read to its end. */
export function isFilling(run: LogRun): boolean {
  return (
    run.isFilling &&
    isBehind(run) &&
    run.queue.length < MAX_BATCH &&
    hasHalfFree(run)
  );
}

/** More of the log is known or thought to be at the relay. */
export function isBehind({ readingFrom, headSeq, nextSeq }: LogRun): boolean {
  return (
    readingFrom !== undefined || (headSeq !== undefined && nextSeq <= headSeq)
  );
}

/** The other half is kept for what comes live meanwhile. */
export function hasHalfFree({ queue, queuedBytes }: LogRun): boolean {
  return (
    queue.length <= MAX_QUEUED_ENTRIES / 2 &&
    queuedBytes <= MAX_QUEUED_BYTES / 2
  );
}

/** What is queued waits no longer, however slowly the rest comes. */
export function endFilling(turn: Turn, id: string): void {
  const run = turn.state.logs.get(id);
  if (run?.isFilling !== true) return;
  const ended = { ...run, isFilling: false };
  update(turn, { logs: withEntry(turn.state.logs, id, ended) });
}
