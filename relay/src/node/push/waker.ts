// When devices are woken (docs/spec/relay.md, RL-60): at moments drawn at random, a few minutes apart, whatever came and
// when. What push services see is that somebody's device is woken, at a moment that says nothing of a message.

import { randomInt } from "node:crypto";
import type { RelayEvent } from "../../core/index.ts";
import type { WakeOutcome } from "./wake-up.ts";

export interface Waker {
  /** Wakes these, a few at a time; what is under way when it stops is let go. */
  wake(endpoints: readonly string[]): void;
  stop(): void;
}

const SOONEST_MS = 60_000;
const LATEST_MS = 300_000;

/** Requests to push services at once: a wake-up of a thousand devices takes a minute, and nobody waits for it. */
const AT_ONCE = 4;

export function createWaker(parts: {
  readonly tell: (event: RelayEvent) => void;
  readonly wakeUp: (endpoint: string) => Promise<WakeOutcome>;
}): Waker {
  const { tell, wakeUp } = parts;
  // At most one for each device: the core wakes none twice before it has been back.
  const waiting: string[] = [];
  let underWay = 0;
  let hasStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    const afterMs = randomInt(SOONEST_MS, LATEST_MS);
    timer = setTimeout(() => {
      schedule();
      tell({ t: "wake" });
    }, afterMs);
  };
  const work = async (): Promise<void> => {
    underWay += 1;
    for (let next = waiting.shift(); next !== undefined;) {
      const outcome = await wakeUp(next);
      if (outcome === "gone" && !hasStopped) {
        tell({ t: "push-gone", endpoint: next });
      }
      next = waiting.shift();
    }
    underWay -= 1;
  };
  schedule();
  return {
    wake: (endpoints) => {
      if (hasStopped) return;
      for (const endpoint of endpoints) waiting.push(endpoint);
      while (underWay < Math.min(AT_ONCE, waiting.length)) void work();
    },
    stop: () => {
      hasStopped = true;
      waiting.length = 0;
      clearTimeout(timer);
    },
  };
}
