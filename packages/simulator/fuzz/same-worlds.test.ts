import { describe, expect, it } from "vitest";
import { simulate } from "@halqa/simulator";

// In none of them a message is missing: when it is asked for is drawn by a hash of keys (PR-22).
const FROM = 902;
const SEEDS = 10;

describe("the two kinds of crypto", () => {
  it("[SI-10] give the same world for the same seed, step by step", async () => {
    const options = { from: FROM, seeds: SEEDS, jobs: 1 };
    const symbolic = await simulate({ ...options, isSymbolic: true });
    const real = await simulate({ ...options, isSymbolic: false });
    expect(symbolic.shapes).toEqual(real.shapes);
    expect(new Set(symbolic.shapes).size).toBe(SEEDS);
  });
});
