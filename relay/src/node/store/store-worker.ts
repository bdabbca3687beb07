// The store's thread: the one writer of the file, so that no sync of the disk ever holds up the
// connections. What arrives while a transaction is written goes into the next one.

import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { DatabaseSync } from "node:sqlite";
import { assertInvariant } from "@halqa/bytes";
import { createSettling } from "./settling.ts";
import { openDatabase } from "./sqlite-database.ts";
import { takeWaiting } from "./take-waiting.ts";
import { createWriteGate, RETRY_MS } from "./write-gate.ts";
import {
  mergeAll,
  prepareTables,
  runTogether,
  tryToWrite,
} from "./transactions.ts";
import type {
  FromStoreWorker,
  StoreWorkerData,
  ToStoreWorker,
} from "./worker-messages.ts";

assertInvariant(parentPort !== null, "the store runs in a thread of its own");
// Written by the other side of this file, `openStore`, in the same process.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
serve(parentPort, workerData as StoreWorkerData);

function serve(port: MessagePort, data: StoreWorkerData): void {
  const say = (message: FromStoreWorker): void => port.postMessage(message);
  const db = open(data, say);
  if (db === undefined) return;
  const gate = createWriteGate(
    () => performance.now(),
    (isWritable) => {
      say({ t: "writable", isWritable });
      clearInterval(retry);
      if (!isWritable) retry = setInterval(tryAgain, RETRY_MS);
    },
  );
  let retry: NodeJS.Timeout | undefined;
  const tables = prepareTables(db, gate);
  const settling = createSettling(tables, data.settleMs);
  const tryAgain = (): void => {
    if (settling.fold()) tryToWrite(tables);
  };
  // What an end in the middle left behind.
  if (tables.staging.rows() > 0) settling.begin();
  else settling.schedule();
  say({ t: "open", lastDay: tables.lastDay.get() });
  port.on("message", (first: ToStoreWorker) => {
    const { runs, isLast } = takeWaiting(port, first);
    if (runs.length > 0) {
      say({ t: "ran", outcomes: runTogether(tables, runs) });
      settling.schedule();
    }
    if (!isLast) return;
    settling.stop();
    mergeAll(tables);
    clearInterval(retry);
    db.close();
    port.close();
  });
}

function open(
  { file, relayPub }: StoreWorkerData,
  say: (message: FromStoreWorker) => void,
): DatabaseSync | undefined {
  try {
    const opened = openDatabase(file, relayPub);
    if (opened.ok) return opened.value;
    say({ t: "refused", fault: opened.error });
  } catch (error) {
    // No right to the file, no place on the disk: the operator is told which.
    const code =
      error instanceof Error && "code" in error
        ? String(error.code)
        : "unknown";
    say({ t: "unusable", code });
  }
  return undefined;
}
