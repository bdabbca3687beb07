import { describe, expect, it } from "vitest";
import { isOver } from "./idle.ts";

const MINUTE = 60_000;
const last = { wall: 1_000_000, run: 5_000 };

describe("isOver", () => {
  it.each([
    { when: "nothing has gone by", wall: 0, run: 0, isSo: false },
    { when: "not enough", wall: 4.9, run: 4.9, isSo: false },
    { when: "enough", wall: 5, run: 5, isSo: true },
    { when: "one clock slept", wall: 90, run: 0, isSo: true },
    { when: "one clock was set back", wall: -600, run: 5, isSo: true },
  ])("[AP-73] $when", ({ wall, run, isSo }) => {
    const now = {
      wall: last.wall + wall * MINUTE,
      run: last.run + run * MINUTE,
    };
    expect(isOver(last, now, 5)).toBe(isSo);
  });

  it("[AP-73] never, where somebody chose that", () => {
    expect(isOver(last, { wall: 1e15, run: 1e12 }, 0)).toBe(false);
  });
});
