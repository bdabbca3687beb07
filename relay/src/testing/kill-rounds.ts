// A relay that is killed in the middle of its work, again and again over one data folder, and what its clients hold answers
// for (docs/spec/relay-node.md, RN-11). Used by a test and by `npm run soak:relay`.

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { encodeHex } from "@halqa/bytes";
import { firstChainHead, headToSign, nextChainHead } from "@halqa/protocol";
import type { SeededRandom } from "@halqa/testkit";
import { sha256, verifyEd25519 } from "../node/node-crypto.ts";
import {
  append,
  connectClient,
  createBody,
  createLog,
  createLogKeys,
  openLog,
  readLog,
  type LogKeys,
  type RelayClient,
} from "./relay-client.ts";

const LOGS = 3;
/** Under way at once on each connection, so that the end finds some of them in every place. */
const IN_FLIGHT = 8;
/** Logs are read whole in each round: they are left for new ones before that takes long. */
const MOST_ENTRIES = 4_000;

export interface KillRounds {
  readonly rounds: number;
  /** How long the relay lives in a round, at most; drawn for each. */
  readonly longestMs: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly random: SeededRandom;
  onRound?(summary: KillSummary): void;
}

export interface KillSummary {
  readonly rounds: number;
  /** Entries that a client holds a signed answer for. */
  readonly acknowledged: number;
  /** Of these: not there, at another sequence, or in another chain. */
  readonly lost: number;
  /** Entries that are there twice. */
  readonly doubled: number;
}

/** What a client holds an answer for. */
interface Acknowledged {
  readonly seq: number;
  readonly head: string;
  readonly bodyHash: string;
}

interface Ledger {
  readonly log: LogKeys;
  readonly entries: Acknowledged[];
}

/** Runs the rounds, and one more start at the end in which every log is looked at. */
export async function runKillRounds(options: KillRounds): Promise<KillSummary> {
  const past: Ledger[] = [];
  let ledgers = createLedgers();
  let found = { lost: 0, doubled: 0 };
  const summary = (rounds: number): KillSummary => ({
    rounds,
    acknowledged: [...past, ...ledgers]
      .map(({ entries }) => entries.length)
      .reduce((sum, count) => sum + count, 0),
    ...found,
  });
  for (let round = 1; round <= options.rounds; round++) {
    await runRound(options, ledgers);
    const isLong = ledgers.some(({ entries }) => entries.length > MOST_ENTRIES);
    if (isLong || round === options.rounds) {
      found = add(found, await checkAll(options, ledgers));
      past.push(...ledgers);
      ledgers = createLedgers();
    }
    options.onRound?.(summary(round));
  }
  return summary(options.rounds);
}

function createLedgers(): readonly Ledger[] {
  return Array.from({ length: LOGS }, () => ({
    log: createLogKeys(),
    entries: [],
  }));
}

async function runRound(
  { settings, random, longestMs }: KillRounds,
  ledgers: readonly Ledger[],
): Promise<void> {
  const relay = startRelayProcess(settings);
  const port = await relay.port;
  // One connection for each log and one more for the first.
  const writers = [...ledgers, ...ledgers.slice(0, 1)].map(
    async (ledger): Promise<void> => {
      // The end may come before it is connected.
      const client = await connectTo(port, ledger.log).catch(() => undefined);
      if (client === undefined) return;
      await Promise.all(
        Array.from({ length: IN_FLIGHT }, () => writeUntilCut(client, ledger)),
      );
    },
  );
  const work = Promise.all(writers);
  await setTimeout(100 + random.int(longestMs));
  relay.process.kill("SIGKILL");
  await Promise.all([work, relay.ended]);
}

async function connectTo(port: number, log: LogKeys): Promise<RelayClient> {
  const client = await connectClient(port);
  // Made again in every round, which changes nothing.
  await createLog(client, log);
  await openLog(client, log);
  return client;
}

async function writeUntilCut(
  client: RelayClient,
  { log, entries }: Ledger,
): Promise<void> {
  const CUT = "cut";
  const cut = client.ended.then(() => CUT);
  let body = createBody();
  for (;;) {
    try {
      const { seq, head, signature } = await append(client, log.id, body);
      const promised = headToSign(log.id, { seq, head });
      if (!verifyEd25519(client.relayPub, promised, signature)) {
        throw new Error("an answer that the relay did not sign");
      }
      const bodyHash = encodeHex(sha256(body));
      entries.push({ seq, head: encodeHex(head), bodyHash });
      body = createBody();
    } catch {
      // Cut, or too fast for the relay: then the same again, which must not double it.
      if ((await Promise.race([cut, setTimeout(20)])) === CUT) return;
    }
  }
}

async function checkAll(
  { settings }: KillRounds,
  ledgers: readonly Ledger[],
): Promise<{ readonly lost: number; readonly doubled: number }> {
  const relay = startRelayProcess(settings);
  const port = await relay.port;
  const found = await Promise.all(
    ledgers.map(async ({ log, entries }) => {
      const client = await connectTo(port, log);
      const bodies = await readLog(client, log.id);
      return compare(client.relayPub, log, { bodies, entries });
    }),
  );
  relay.process.kill("SIGTERM");
  await relay.ended;
  return found.reduce(add, { lost: 0, doubled: 0 });
}

function compare(
  relayPub: Uint8Array,
  log: LogKeys,
  {
    bodies,
    entries,
  }: {
    readonly bodies: readonly Uint8Array[];
    readonly entries: readonly Acknowledged[];
  },
): { readonly lost: number; readonly doubled: number } {
  let at = { seq: 0, head: firstChainHead(sha256, log.id, relayPub) };
  const stored = bodies.map((body) => {
    const bodyHash = sha256(body);
    at = nextChainHead(sha256, at, bodyHash);
    return { bodyHash: encodeHex(bodyHash), head: encodeHex(at.head) };
  });
  const lost = entries.filter(({ seq, head, bodyHash }) => {
    const entry = stored[seq - 1];
    return entry?.bodyHash !== bodyHash || entry.head !== head;
  });
  const different = new Set(stored.map(({ bodyHash }) => bodyHash));
  return { lost: lost.length, doubled: stored.length - different.size };
}

function add(
  a: { readonly lost: number; readonly doubled: number },
  b: { readonly lost: number; readonly doubled: number },
): { lost: number; doubled: number } {
  return { lost: a.lost + b.lost, doubled: a.doubled + b.doubled };
}

interface StartedProcess {
  readonly process: ChildProcess;
  readonly port: Promise<number>;
  readonly ended: Promise<void>;
}

function startRelayProcess(
  settings: Readonly<Record<string, string>>,
): StartedProcess {
  const main = join(import.meta.dirname, "..", "main.ts");
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env["PATH"], HALQA_PORT: "0", ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  // Whoever waits here may be ended first.
  const end = (): boolean => child.kill("SIGKILL");
  process.once("exit", end);
  void ended.then(() => process.off("exit", end));
  const port = new Promise<number>((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const [, found] = /http:\/\/localhost:(\d+)/.exec(said) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then(() => reject(new Error("the relay did not start")));
  });
  port.catch(() => undefined);
  return { process: child, port, ended };
}
