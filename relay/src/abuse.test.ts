// Attacks on a relay's process, a hundredth of each; `npm run abuse:relay` runs them whole, and measures times.

import { describe, expect, it } from "vitest";
import { runAbuse } from "./testing/abuse/run-abuse.ts";

const memoryMiB = 512;

describe("a relay under attack", { timeout: 60_000 }, () => {
  // The others are in defences.test.ts, one by one.
  it.each([
    "slow messages",
    "idle",
    "subscriptions",
    "never reading",
    "flooding members",
  ] as const)(
    "[RL-49] [RN-62] [RN-64] takes every entry of a steward and keeps to its memory: %s",
    async (name) => {
      const forMs = 300;
      const suffered = await runAbuse({ name, scale: 0.01, forMs, memoryMiB });
      expect(suffered.sent).toBeGreaterThan(0);
      expect(suffered.written).toBeGreaterThan(0);
      expect(suffered.arrived).toBe(suffered.written);
      expect(suffered.letIn).toBe(suffered.came);
      expect(suffered.peakMiB).toBeLessThan(memoryMiB);
    },
  );
});
