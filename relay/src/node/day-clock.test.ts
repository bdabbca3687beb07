import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startDayClock } from "./day-clock.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const YEAR = 365;
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
    vi.advanceTimersByTime(DAY_MS / 2);
    expect(days).toEqual([]);
    clock.stop();
  });

  it("[RN-31] lets days pass one by one while the clock is a year behind", () => {
    const days: number[] = [];
    const clock = startDayClock((day) => days.push(day));
    vi.setSystemTime(noon - YEAR * DAY_MS);
    vi.advanceTimersByTime(3 * DAY_MS + MINUTE_MS);
    expect(days).toEqual([20_001, 20_002, 20_003]);
    clock.stop();
  });

  it("[RN-31] brings one day when the clock is set a year forward, and no more before they are due", () => {
    const days: number[] = [];
    const clock = startDayClock((day) => days.push(day));
    vi.setSystemTime(noon + YEAR * DAY_MS);
    vi.advanceTimersByTime(DAY_MS / 2);
    expect(days).toEqual([20_001]);
    vi.advanceTimersByTime(5 * DAY_MS);
    expect(days.at(-1)).toBeLessThanOrEqual(20_007);
    expect(days.at(-1)).toBeGreaterThanOrEqual(20_006);
    // Set right again: no day more than those that passed.
    vi.setSystemTime(noon + 5.5 * DAY_MS);
    vi.advanceTimersByTime(DAY_MS / 2);
    expect(days.at(-1)).toBeLessThanOrEqual(20_007);
    clock.stop();
  });

  it.each([
    ["the day of the machine without an earlier one", undefined, 20_000],
    ["the same day", 20_000, 20_000],
    ["the day of the machine after a short rest", 19_998, 20_000],
    ["one day more where the clock is a year ahead", 20_000 - YEAR, 19_636],
    ["the last day where the clock is a year behind", 20_000 + YEAR, 20_365],
  ])("[RN-31] begins with %s", (_, last, first) => {
    const days: number[] = [];
    const clock = startDayClock((day) => days.push(day), last);
    expect(clock.first).toBe(first);
    vi.advanceTimersByTime(DAY_MS / 4);
    expect(days).toEqual([]);
    clock.stop();
  });
});
