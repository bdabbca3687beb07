// The store as the rest of the relay sees it: a port to the thread that writes.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { err, ok, type Result } from "@halqa/bytes";
import type { LogStore, StoreRequest, StoreResult } from "../../core/index.ts";
import { STORE_FILE, type StoreFault } from "./sqlite-database.ts";
import type { RunOutcome } from "./transactions.ts";
import type {
  FromStoreWorker,
  StoreWorkerData,
  ToStoreWorker,
} from "./worker-messages.ts";

export interface OpenStore extends LogStore {
  /** Whether the disk was full or failed at the last write; it is tried again every second. */
  readonly isReadOnly: () => boolean;
  /** The day up to which the store had been used when it was opened; nothing where it never was. */
  readonly lastDay: number | undefined;
  /** Resolves when everything that was run is on disk and the file is closed. Nothing may be run afterwards. */
  close(): Promise<void>;
}

export type OpenStoreFault =
  | StoreFault
  | {
      readonly kind: "data-not-writable";
      readonly folder: string;
      readonly code: string;
    };

export interface StoreOptions {
  readonly folder: string;
  readonly relayPub: Uint8Array;
  /** How long after a write what came is put in its place and the write-ahead log folded into the file. */
  readonly settleMs?: number;
}

interface Pending {
  readonly resolve: (results: readonly StoreResult[]) => void;
  readonly reject: (error: Error) => void;
}

const SETTLE_MS = 4_000;

/** Opens the store of a folder, or makes it; the caller holds the folder's lock. */
export function openStore(
  options: StoreOptions,
): Promise<Result<OpenStore, OpenStoreFault>> {
  const { folder, relayPub, settleMs = SETTLE_MS } = options;
  const data: StoreWorkerData = {
    file: join(folder, STORE_FILE),
    relayPub,
    settleMs,
  };
  const worker = new Worker(new URL("store-worker.ts", import.meta.url), {
    workerData: data,
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: FromStoreWorker) => {
      // From here on an error in that thread is a mistake of ours, and ends the process.
      worker.off("error", reject);
      if (message.t === "refused") resolve(err(message.fault));
      else if (message.t === "unusable") {
        resolve(err({ kind: "data-not-writable", folder, code: message.code }));
      } else if (message.t === "open") {
        resolve(ok(createPort(worker, message.lastDay)));
      }
    });
  });
}

function createPort(worker: Worker, lastDay: number | undefined): OpenStore {
  const pending: Pending[] = [];
  let isWritable = true;
  const tell = (message: ToStoreWorker): void => {
    // A thread, and no window: there is no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(message);
  };
  // One message for all that is asked in one turn: a message costs more than what is in it.
  let asked: (readonly StoreRequest[])[] = [];
  const flush = (): void => {
    const runs = asked;
    asked = [];
    if (runs.length > 0) tell({ t: "run", runs });
  };
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  worker.on("message", (message: FromStoreWorker) => {
    if (message.t === "writable") isWritable = message.isWritable;
    if (message.t === "ran") settle(pending, message.outcomes);
  });
  return {
    lastDay,
    isReadOnly: () => !isWritable,
    run: (requests) =>
      new Promise((resolve, reject) => {
        pending.push({ resolve, reject });
        asked.push(requests);
        if (asked.length === 1) queueMicrotask(flush);
      }),
    close: () => {
      flush();
      tell({ t: "close" });
      return ended;
    },
  };
}

function settle(pending: Pending[], outcomes: readonly RunOutcome[]): void {
  for (const [i, { resolve, reject }] of pending
    .splice(0, outcomes.length)
    .entries()) {
    const outcome = outcomes[i] ?? "failed";
    if (outcome === "failed") reject(new Error("the store failed"));
    else resolve(outcome);
  }
}
