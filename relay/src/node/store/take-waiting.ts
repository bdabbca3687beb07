// Group commit: what waits in the port when a transaction has been written makes up the next one (RN-17).

import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { Run } from "./transactions.ts";
import type { ToStoreWorker } from "./worker-messages.ts";

/** One transaction takes no further message when it has so many runs: the first has to wait for the last. */
export const RUNS_TOGETHER = 1_024;

/** The runs of the message that came and of those behind it; `isLast` where the store is to be closed after them. */
export function takeWaiting(
  port: MessagePort,
  first: ToStoreWorker,
): { readonly runs: readonly Run[]; readonly isLast: boolean } {
  const runs: Run[] = [];
  let message: ToStoreWorker | undefined = first;
  while (message !== undefined) {
    if (message.t === "close") return { runs, isLast: true };
    runs.push(...message.runs);
    if (runs.length >= RUNS_TOGETHER) break;
    message = receiveMessageOnPort(port)?.message;
  }
  return { runs, isLast: false };
}
