/**
 * `npm run bench -- engine`: what people wait for, through whole devices: the engine, its crypto, its store on a disk, and a relay
 * in another process on this machine.
 */
import { ready } from "@halqa/crypto";
import type { Bench, BenchCase, BenchSubject } from "@halqa/testkit";
import { startBenchRelay } from "../../../relay/bench/fan-out/server-process.ts";
import { backlogFor, nodeReader } from "./backlog.ts";
import type { Reader } from "./backlog.ts";
import { buildPage, chromiumReader, findChromium } from "./chromium.ts";
import { crowdCases } from "./crowd.ts";
import { relayAt } from "./device.ts";
import { cryptographyOf } from "./floor.ts";
import { largeCircleCases } from "./large-circle.ts";
import { sendingCases } from "./sending.ts";

const BACKLOG = 10_000;
const LARGE = 100_000;
const RUNS = 3;

export const bench: Bench = {
  name: "engine",
  setup: async () => {
    await ready;
    const cases: BenchCase[] = [];
    for (const part of [
      backlogCase,
      async () => sendingCases(await freshRelay()),
      async () => largeCircleCases(await freshRelay(), LARGE),
      async () =>
        crowdCases(await freshRelay(), { members: 1_000, commits: 100 }),
    ]) {
      const made = await part();
      for (const one of made) process.stderr.write(`${one.case}: measured\n`);
      cases.push(...made);
    }
    return cases;
  },
};

let endLast: () => void = () => undefined;

/** A relay with nothing in it; the one before is no longer needed. */
async function freshRelay(
  app?: string,
): Promise<Awaited<ReturnType<typeof relayAt>>> {
  endLast();
  const server = await startBenchRelay(app);
  endLast = server.stop;
  return relayAt(server.port);
}

function severalOf(make: () => Reader): readonly Reader[] {
  return Array.from({ length: RUNS }, make);
}

async function backlogCase(): Promise<readonly BenchCase[]> {
  const browser = findChromium();
  const relay = await freshRelay(
    browser === undefined ? undefined : await buildPage(),
  );
  const kinds: readonly { name: string; readers: readonly Reader[] }[] = [
    { name: "Node, SQLite", readers: severalOf(() => nodeReader(relay)) },
    ...(browser === undefined
      ? []
      : [
          {
            name: "Chromium, IndexedDB",
            readers: severalOf(() => chromiumReader(relay, browser)),
          },
        ]),
  ];
  const circle = await backlogFor(
    relay,
    kinds.flatMap((kind) => kind.readers),
    BACKLOG,
  );
  const subjects: BenchSubject[] = [];
  for (const kind of kinds) {
    const values: number[] = [];
    for (const reader of kind.readers) values.push(await reader.read(circle));
    subjects.push({ name: kind.name, values });
  }
  subjects.push({
    name: "its cryptography alone, Node",
    values: Array.from({ length: RUNS }, () => cryptographyOf(BACKLOG)),
  });
  return [
    {
      case: `a backlog of ${BACKLOG.toLocaleString("en")} messages: opened, folded, stored`,
      unit: "ms",
      aim: "<= 2,000 ms (5,000/s)",
      subjects,
    },
  ];
}
