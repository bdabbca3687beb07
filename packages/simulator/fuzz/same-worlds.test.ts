import { describe, expect, it } from "vitest";
import { simulate } from "@halqa/simulator";

const FROM = 900;
const SEEDS = 12;

describe("the two kinds of crypto", () => {
  it("[SI-10] give the same world for the same seed, step by step", async () => {
    const options = { from: FROM, seeds: SEEDS, jobs: 1 };
    const symbolic = await simulate({ ...options, isSymbolic: true });
    const real = await simulate({ ...options, isSymbolic: false });
    expect(symbolic.shapes).toEqual(real.shapes);
    expect(new Set(symbolic.shapes).size).toBe(SEEDS);
  });
});
