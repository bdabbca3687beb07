// Durable appends from end to end, what they cost the server, and how late its event loop is meanwhile.

import { setTimeout } from "node:timers/promises";
import type { BenchCase, BenchSubject } from "@halqa/testkit";
import { openAppendLoad, type AppendLoad } from "./append-load.ts";
import { startBenchRelay, type ServerProcess } from "./server-process.ts";

const APPENDS = 5_000;
const LOAD = { writers: 64, inFlight: 16 } as const;

const DELAY = "delay of the event loop, 99 of 100";
const STEADY = 2_000;
const STEADY_MS = 3_000;
const STEP_MS = 20;

/** Under as much as the relay can take, and under a load that it can bear for ever. */
export async function appendCases(): Promise<readonly BenchCase[]> {
  const server = await startBenchRelay();
  const load = await openAppendLoad(server.port, LOAD);
  const steady = await steadyDelay(server, load);
  const name = `${APPENDS.toLocaleString("en")} appends of 4 KiB, durable, ${LOAD.writers} writers`;
  const full = subjectsOf(server, load);
  const calm = `${STEADY.toLocaleString("en")} appends a second`;
  return [
    { case: name, unit: "ms", runs: 7, subjects: [full.appends] },
    {
      case: `${name}: processor an append`,
      unit: "us",
      subjects: [full.cost],
    },
    { case: `${name}: ${DELAY}`, unit: "ms", subjects: [full.delay] },
    {
      case: `${calm}: ${DELAY}`,
      unit: "ms",
      subjects: [{ name: "halqa", value: steady }],
    },
  ];
}

/** What the samples of the first are measured by stands in the others when all have been taken. */
function subjectsOf(
  server: ServerProcess,
  load: AppendLoad,
): Record<"appends" | "cost" | "delay", BenchSubject> {
  let first: number | undefined;
  let [last, samples, delayMs] = [0, 0, 0];
  return {
    appends: {
      name: "halqa",
      before: async () => {
        // The first moment after a sample that is not timed.
        const usage = await server.usage();
        ({ cpuUs: last, delayMs } = usage);
        if (first === undefined) first = last;
        else samples += 1;
        server.reset();
      },
      run: () => load.run(APPENDS),
    },
    cost: {
      name: "halqa",
      get value() {
        return (last - (first ?? 0)) / (samples * APPENDS);
      },
    },
    delay: {
      name: "halqa",
      get value() {
        return delayMs;
      },
    },
  };
}

async function steadyDelay(
  server: ServerProcess,
  load: AppendLoad,
): Promise<number> {
  await load.run(APPENDS);
  server.reset();
  for (let at = 0; at < STEADY_MS; at += STEP_MS) {
    await Promise.all([
      setTimeout(STEP_MS),
      load.run((STEADY * STEP_MS) / 1_000),
    ]);
  }
  return (await server.usage()).delayMs;
}
