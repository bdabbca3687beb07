// A relay under attack, and what becomes of an honest steward meanwhile: how long answers take, whether every entry gets
// in, whether anybody new does, and what the relay takes of the memory. Used by a test and by `npm run abuse:relay`.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { equalBytes } from "@halqa/bytes";
import {
  connectClient,
  createBody,
  createLog,
  type LogKeys,
  type RelayClient,
} from "../relay-client.ts";
import { createScratch } from "../app-folder.ts";
import { IS_OVER, LOG, SENT, type AttackOrder } from "./attack-order.ts";
import { attacks, WHOLE, type AttackName } from "./attacks.ts";
import { logNamed } from "./member.ts";

export const ATTACKS = Object.keys(attacks).filter(isAttack);

function isAttack(name: string): name is AttackName {
  return name in attacks;
}

export interface Abuse {
  readonly name: AttackName;
  readonly scale: number;
  readonly forMs: number;
  /** What the relay is told that it may take. */
  readonly memoryMiB: number;
}

export interface Suffered {
  /** What the attackers sent: messages, connections or attempts. */
  readonly sent: number;
  /** The steward's entries: written one by one, acknowledged, and there afterwards as they were. */
  readonly written: number;
  readonly arrived: number;
  /** Of the answers to them, in milliseconds. */
  readonly p99Ms: number;
  /** Who came anew, and how many of them were let in. */
  readonly came: number;
  readonly letIn: number;
  /** The most that the process took; 0 where the system does not tell. */
  readonly peakMiB: number;
}

/** Between two entries of the steward, and between two who come anew. */
const WRITE_MS = 50;
const COME_MS = 250;

export async function runAbuse(abuse: Abuse): Promise<Suffered> {
  const relay = await startRelay(abuse.memoryMiB);
  const logName = `${abuse.name} ${Date.now()}`;
  const state = new Int32Array(new SharedArrayBuffer(12));
  try {
    const steward = await connectClient(relay.port);
    await createLog(steward, logNamed(logName, 0));
    const { name, scale } = abuse;
    const order: AttackOrder = {
      name,
      scale,
      port: relay.port,
      logName,
      state,
    };
    const worker = new Worker(new URL("attack-thread.ts", import.meta.url), {
      workerData: order,
    });
    const over = new Promise<void>((resolve, reject) => {
      worker.once("exit", () => resolve());
      worker.once("error", reject);
    });
    const until = performance.now() + abuse.forMs;
    // At least one: on a busy machine the attackers are late.
    const whole = Math.max(1, (WHOLE[name] ?? 0) * scale);
    const isOver = (): boolean =>
      performance.now() > until && Atomics.load(state, SENT) >= whole;
    const [written, came] = await Promise.all([
      writeOn(steward, order, isOver),
      comeAnew(relay.port, isOver),
    ]);
    Atomics.store(state, IS_OVER, 1);
    await Promise.race([over, setTimeout(5_000, undefined, { ref: false })]);
    await worker.terminate();
    return {
      sent: Atomics.load(state, SENT),
      written: written.length,
      arrived: await countArrived(steward, written),
      p99Ms: quantile(
        written.map(({ ms }) => ms),
        0.99,
      ),
      ...came,
      peakMiB: relay.peakMiB(),
    };
  } finally {
    Atomics.store(state, IS_OVER, 1);
    await relay.stop();
  }
}

interface Written {
  readonly log: LogKeys;
  readonly body: Uint8Array;
  readonly seq: number;
  readonly ms: number;
}

async function writeOn(
  steward: RelayClient,
  order: AttackOrder,
  isOver: () => boolean,
): Promise<readonly Written[]> {
  const written: Written[] = [];
  while (!isOver()) {
    const body = createBody();
    const since = performance.now();
    const where = await appendSomewhere(steward, order, body);
    written.push({ body, ...where, ms: performance.now() - since });
    await setTimeout(WRITE_MS);
  }
  return written;
}

/** As clients do: what a full log refuses goes into the next. */
async function appendSomewhere(
  steward: RelayClient,
  { logName, state }: AttackOrder,
  body: Uint8Array,
): Promise<Pick<Written, "log" | "seq">> {
  const expectedHead = undefined;
  for (;;) {
    const number = Atomics.load(state, LOG);
    const log = logNamed(logName, number);
    const { id: logId } = log;
    const answer = await steward.ask({
      type: "append",
      logId,
      expectedHead,
      body,
    });
    if (answer.type === "appended") return { log, seq: answer.seq };
    if (answer.type === "error" && answer.code === "log-full") {
      await createLog(steward, logNamed(logName, number + 1));
      Atomics.add(state, LOG, 1);
    }
  }
}

async function comeAnew(
  port: number,
  isOver: () => boolean,
): Promise<{ readonly came: number; readonly letIn: number }> {
  let [came, letIn] = [0, 0];
  while (!isOver()) {
    came += 1;
    const client = await connectClient(port).catch(() => undefined);
    if (client !== undefined) letIn += 1;
    await client?.close();
    await setTimeout(COME_MS);
  }
  return { came, letIn };
}

async function countArrived(
  steward: RelayClient,
  written: readonly Written[],
): Promise<number> {
  let arrived = 0;
  for (const { log, body, seq } of written) {
    await steward.expect("caught-up", {
      type: "read",
      logId: log.id,
      fromSeq: seq,
      limit: 1,
    });
    const entry = steward.received.findLast(({ type }) => type === "entry");
    if (entry?.type === "entry" && equalBytes(entry.body, body)) arrived += 1;
  }
  return arrived;
}

function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * at) - 1] ?? Number.POSITIVE_INFINITY;
}

interface Attacked {
  readonly port: number;
  readonly peakMiB: () => number;
  readonly stop: () => Promise<void>;
}

async function startRelay(memoryMiB: number): Promise<Attacked> {
  const scratch = createScratch();
  const data = mkdtempSync(join(tmpdir(), "halqa-abuse-"));
  const main = join(import.meta.dirname, "..", "..", "main.ts");
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env["PATH"],
      HALQA_PORT: "0",
      HALQA_APP: scratch.appFolder,
      HALQA_DATA: data,
      HALQA_MEMORY: String(memoryMiB),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = (): boolean => child.kill("SIGKILL");
  process.once("exit", end);
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  const port = new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const [, found] = /http:\/\/localhost:(\d+)/.exec(text) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then(() => reject(new Error("the relay did not start")));
  });
  return {
    port: await port,
    peakMiB: () => peakOf(child.pid ?? 0),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      process.off("exit", end);
      scratch.remove();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function peakOf(pid: number): number {
  if (process.platform !== "linux") return 0;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024;
}
