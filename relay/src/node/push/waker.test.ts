// When devices are woken: at moments of the relay's own.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RelayEvent } from "../../core/index.ts";
import type { WakeOutcome } from "./wake-up.ts";
import { createWaker } from "./waker.ts";

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const told: RelayEvent[] = [];
  const asked: string[] = [];
  const open: ((outcome: WakeOutcome) => void)[] = [];
  const waker = createWaker({
    tell: (event) => told.push(event),
    wakeUp: (endpoint) => {
      asked.push(endpoint);
      return new Promise((resolve) => {
        open.push(resolve);
      });
    },
  });
  return { told, asked, open, waker };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

describe("the waker", () => {
  it("[RL-60] asks again and again, one to five minutes apart, never evenly", () => {
    const { told, waker } = setUp();
    vi.advanceTimersByTime(MINUTE - 1);
    expect(told).toEqual([]);
    const gaps = new Set<number>();
    let last = 0;
    for (let second = 1; told.length < 12; second++) {
      vi.advanceTimersByTime(1_000);
      if (told.length === gaps.size + 1) {
        gaps.add(second - last);
        last = second;
      }
      if (second > 4_000) break;
    }
    expect(told.every(({ t }) => t === "wake")).toBe(true);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5 * 60);
    expect(gaps.size).toBeGreaterThan(6);
    waker.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("[RL-60] sends to all, four at a time, and says who is no more", async () => {
    const { told, asked, open, waker } = setUp();
    const endpoints = Array.from({ length: 10 }, (_, i) => `${i}`);
    waker.wake(endpoints);
    expect(asked).toHaveLength(4);
    for (let i = 0; i < 10; i++) {
      open[i]?.(i === 3 ? "gone" : i === 5 ? "failed" : "sent");
      await settle();
    }
    expect(asked).toEqual(endpoints);
    expect(told).toEqual([{ t: "push-gone", endpoint: "3" }]);
    waker.wake(["10"]);
    expect(asked).toHaveLength(11);
    waker.stop();
  });

  it("[RL-60] sends nothing more once it has stopped", async () => {
    const { told, asked, open, waker } = setUp();
    waker.wake(Array.from({ length: 10 }, (_, i) => `${i}`));
    waker.stop();
    for (const resolve of open) resolve("gone");
    await settle();
    waker.wake(["more"]);
    expect(asked).toHaveLength(4);
    expect(told).toEqual([]);
  });
});
