import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { RUNS_TOGETHER, takeWaiting } from "./take-waiting.ts";
import type { Run } from "./transactions.ts";

function findLog(n: number): Run {
  return [{ t: "find-log", logId: Uint8Array.of(n % 256, n >> 8) }];
}

function waiting(count: number, isClosing = false) {
  const { port1, port2 } = new MessageChannel();
  const runs = Array.from({ length: count }, (_, n) => findLog(n));
  for (const run of runs) port1.postMessage({ t: "run", runs: [run] });
  if (isClosing) port1.postMessage({ t: "close" });
  const taken = takeWaiting(port2, receiveMessageOnPort(port2)?.message);
  const left = receiveMessageOnPort(port2);
  port1.close();
  return { runs, taken, left };
}

describe("takeWaiting", () => {
  it("[RN-17] takes everything that waits, in order", () => {
    const { runs, taken, left } = waiting(100);
    expect(taken).toEqual({ runs, isLast: false });
    expect(left).toBeUndefined();
  });

  it("[RN-17] leaves what is more than one transaction should hold", () => {
    const { taken, left } = waiting(RUNS_TOGETHER + 1);
    expect(taken.runs).toHaveLength(RUNS_TOGETHER);
    expect(left).toBeDefined();
  });

  it("[RN-16] takes what came before the end, and sees the end", () => {
    const { runs, taken } = waiting(3, true);
    expect(taken).toEqual({ runs, isLast: true });
    expect(waiting(0, true).taken).toEqual({ runs: [], isLast: true });
  });
});
