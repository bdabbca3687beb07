/** A circle with a hundred thousand messages on the disk: the first page of it, and words looked for in it. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { BenchCase } from "@halqa/testkit";
import type { DefaultRelay } from "../src/index.ts";
import { must, untilQuiet, untilRead, viewWhere } from "./acts.ts";
import { backlogFor } from "./backlog.ts";
import { newFolder, startDevice } from "./device.ts";
import type { Device } from "./device.ts";
import { letIn } from "./acts.ts";

const RUNS = 9;
const PAGE = 50;
const HITS = 20;
const SAMPLE_MS = 2;

/** Text that stands in one message near the beginning, often, nowhere. */
const WORDS = [
  { name: "a word of one message, the 77th", text: "77" },
  { name: "a word that is common", text: "الخبز" },
  { name: "what nobody said", text: "qqqxxx" },
] as const;

export async function largeCircleCases(
  relay: DefaultRelay,
  count: number,
): Promise<readonly BenchCase[]> {
  const folder = newFolder();
  const circle = await backlogFor(
    relay,
    [
      {
        join: async ({ circle: id, link, letIn: steward }) => {
          const joiner = await startDevice(folder, relay);
          await letIn({ steward, joiner }, id, { link, name: "reader" });
          await joiner.engine.stop();
        },
      },
    ],
    count,
  );
  const reader = await startDevice(folder, relay);
  await untilRead(reader, circle);
  // The index follows when nothing else is to be done.
  await untilQuiet(reader);
  await reader.engine.stop();
  const cold = await coldStarts(folder, relay, circle);
  const device = await startDevice(folder, relay);
  await untilRead(device, circle);
  await untilQuiet(device);
  const stored = count.toLocaleString("en");
  const looked = await search(device, circle);
  const found = looked.map(({ name, ms }) => ({ name, values: ms }));
  const heap = looked.map(({ name, mb }) => ({ name, values: [mb] }));
  const pages = await openings(device, circle);
  await device.engine.stop();
  return [
    {
      case: `first page of a circle with ${stored} messages`,
      unit: "ms",
      aim: "< 50 ms",
      subjects: [
        { name: "Node, SQLite", values: pages },
        { name: "Node, SQLite, from a closed folder on", values: cold },
      ],
    },
    {
      case: `first hits in ${stored} messages`,
      unit: "ms",
      aim: "< 150 ms",
      subjects: found,
    },
    {
      case: `first hits in ${stored} messages: heap and buffers more, at most`,
      unit: "MB",
      aim: "<= 40 MB",
      subjects: heap,
    },
  ];
}

function firstPage(device: Device, circle: string): Promise<unknown> {
  const query = { query: "timeline", circle, limit: PAGE } as const;
  return viewWhere(device, query, ({ items }) => items.length >= PAGE);
}

/** Opened as somebody does who comes from another circle: nothing of it is at hand. */
async function openings(
  device: Device,
  circle: string,
): Promise<readonly number[]> {
  const all: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await firstPage(device, circle);
    all.push(performance.now() - start);
  }
  return all;
}

async function coldStarts(
  folder: string,
  relay: DefaultRelay,
  circle: string,
): Promise<readonly number[]> {
  const all: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    const device = await startDevice(folder, relay);
    await firstPage(device, circle);
    all.push(performance.now() - start);
    await device.engine.stop();
  }
  return all;
}

interface Looked {
  readonly name: string;
  readonly ms: readonly number[];
  readonly mb: number;
}

async function search(
  device: Device,
  circle: string,
): Promise<readonly Looked[]> {
  const looked: Looked[] = [];
  for (const { name, text } of WORDS) {
    const ask = (): Promise<unknown> =>
      must(device, { command: "search", circle, text, limit: HITS });
    const ms: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await ask();
      ms.push(performance.now() - start);
    }
    looked.push({ name, ms, mb: await peakOf(ask) });
  }
  return looked;
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Megabytes of heap and buffers beyond what there was, as far as a look every two milliseconds sees it. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  const before = inUse();
  let most = before;
  const look = (): void => {
    most = Math.max(most, inUse());
  };
  const timer = setInterval(look, SAMPLE_MS);
  await work();
  look();
  clearInterval(timer);
  return (most - before) / 1_048_576;
}
