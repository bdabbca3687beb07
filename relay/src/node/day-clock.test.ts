import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startDayClock } from "./day-clock.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const noon = 20_000.5 * DAY_MS;

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the day clock", () => {
  it("[RN-20] tells the day at first and each later one within a minute, once", () => {
    const days: number[] = [];
    const clock = startDayClock((day) => days.push(day));
    expect(clock.first).toBe(20_000);
    vi.advanceTimersByTime(DAY_MS / 2 - MINUTE_MS);
    expect(days).toEqual([]);
    vi.advanceTimersByTime(2 * MINUTE_MS);
    expect(days).toEqual([20_001]);
    vi.advanceTimersByTime(2 * DAY_MS);
    expect(days).toEqual([20_001, 20_002, 20_003]);
    clock.stop();
    vi.advanceTimersByTime(2 * DAY_MS);
    expect(days).toHaveLength(3);
  });

  it("[RN-20] takes no day back when the clock is set back", () => {
    const days: number[] = [];
    const clock = startDayClock((day) => days.push(day));
    vi.setSystemTime(noon - 5 * DAY_MS);
    vi.advanceTimersByTime(3 * DAY_MS);
    expect(days).toEqual([]);
    vi.setSystemTime(noon + 3 * DAY_MS);
    vi.advanceTimersByTime(MINUTE_MS);
    expect(days).toEqual([20_003]);
    clock.stop();
  });
});
