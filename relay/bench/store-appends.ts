// Durable appends of many writers at once, in three layouts: the store's own, through its thread and its port, and two
// plain ones in a thread of the same kind, which hide no order. Each layout keeps what the store keeps of an entry (id, head,
// day, the log's head) and knows an entry again.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { assertInvariant } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import type { LogStore } from "../src/core/index.ts";
import type {
  AppendRequest,
  StoreRequest,
  StoreResult,
} from "../src/core/store.ts";
import { sha256 } from "../src/node/node-crypto.ts";
import { openStore } from "../src/node/store/open-store.ts";
import type { ToStoreWorker } from "../src/node/store/worker-messages.ts";

export interface Contestant {
  readonly store: LogStore;
  close(): Promise<void>;
}

const random = createSeededRandom("store bench");
export const RELAY_PUB = sha256(new Uint8Array());
const DAY = 20_000;

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "halqa-bench-"));
  folders.push(folder);
  return folder;
}

/** The store as the relay runs it; `settleMs` is how long after a write it puts in its place what came. */
export async function openHiding(
  folder: string,
  settleMs?: number,
): Promise<Contestant> {
  const more = settleMs === undefined ? {} : { settleMs };
  const opened = await openStore({ folder, relayPub: RELAY_PUB, ...more });
  assertInvariant(opened.ok, "the folder can be opened");
  return { store: opened.value, close: () => opened.value.close() };
}

let closing: Promise<void> = Promise.resolve();

/** Closes it when the sample that ends has been timed: a thread that is left would keep the process. */
export function closeLater(contestant: Contestant): void {
  const before = closing;
  closing = new Promise((resolve) => setImmediate(resolve))
    .then(() => before)
    .then(() => contestant.close());
}

/** When all that were to be closed are. */
export function allClosed(): Promise<void> {
  return closing;
}

/** The same requests on a plain layout. */
export function openPlain(
  folder: string,
  layout: "append+index" | "without-rowid",
): Contestant {
  const worker = new Worker(new URL("plain-worker.ts", import.meta.url), {
    workerData: { file: join(folder, "plain.db"), layout },
    execArgv: [],
  });
  const pending: ((results: readonly StoreResult[]) => void)[] = [];
  worker.on("message", (outcomes: readonly (readonly StoreResult[])[]) => {
    for (const outcome of outcomes) pending.shift()?.(outcome);
  });
  let asked: (readonly StoreRequest[])[] = [];
  const tell = (message: ToStoreWorker): void => {
    // A thread, and no window: there is no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(message);
  };
  const flush = (): void => {
    tell({ t: "run", runs: asked });
    asked = [];
  };
  return {
    store: {
      run: (requests) =>
        new Promise((resolve) => {
          pending.push(resolve);
          asked.push(requests);
          if (asked.length === 1) queueMicrotask(flush);
        }),
    },
    close: async () => {
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      tell({ t: "close" });
      await ended;
    },
  };
}

/** Makes so many logs; answers with their ids. */
export async function createLogs(
  { store }: Contestant,
  count: number,
): Promise<readonly Uint8Array[]> {
  const logIds = Array.from({ length: count }, () => random.bytes(32));
  const key = random.bytes(32);
  await store.run(
    logIds.map((logId) => ({
      t: "create-log",
      logId,
      writePub: key,
      readPub: key,
      head: key,
      day: DAY,
      maxLogs: Number.MAX_SAFE_INTEGER,
    })),
  );
  return logIds;
}

/** So many entries to logs of chance, made beforehand: no one's time but the store's is taken. */
export function createAppends(
  logIds: readonly Uint8Array[],
  { count, bytes }: { readonly count: number; readonly bytes: number },
): readonly AppendRequest[] {
  return Array.from({ length: count }, () => {
    const body = random.bytes(bytes);
    return {
      t: "append",
      logId: random.pick(logIds),
      entryId: sha256(body),
      body,
      expectedHead: undefined,
      day: DAY,
      maxSeq: Number.MAX_SAFE_INTEGER,
    };
  });
}

/** Writers that each wait for their answer before they append again. */
export async function appendAll(
  { store }: Contestant,
  appends: readonly AppendRequest[],
  writers: number,
): Promise<void> {
  const rest = appends.values();
  const write = async (): Promise<void> => {
    for (const request of rest) {
      const [result] = await store.run([request]);
      assertInvariant(result?.t === "appended", "it is appended");
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}
