import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHelloDeadlines } from "./hello-deadlines.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the time for hello", () => {
  it("[RN-5] is over for each connection so long after it came, and once", () => {
    const said: number[] = [];
    const deadlines = createHelloDeadlines(10_000, (id) => said.push(id));
    deadlines.begin(1);
    vi.advanceTimersByTime(4_000);
    deadlines.begin(2);
    deadlines.begin(3);
    vi.advanceTimersByTime(5_999);
    expect(said).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(said).toEqual([1]);
    vi.advanceTimersByTime(3_999);
    expect(said).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(said).toEqual([1, 2, 3]);
    deadlines.begin(4);
    vi.advanceTimersByTime(10_000);
    expect(said).toEqual([1, 2, 3, 4]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("[RN-5] takes one timer for all, and none when it has ended", () => {
    const said: number[] = [];
    const deadlines = createHelloDeadlines(10_000, (id) => said.push(id));
    for (let id = 0; id < 1_000; id++) deadlines.begin(id);
    expect(vi.getTimerCount()).toBe(1);
    deadlines.stop();
    vi.advanceTimersByTime(20_000);
    expect(said).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
