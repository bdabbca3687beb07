import { describe, expect, it } from "vitest";
import { simulate } from "@halqa/simulator";

/** Fewer where only a fault is looked for (`npm run mutants:engine`). */
const SYMBOLIC = Number(process.env["HALQA_SIM_SYMBOLIC"] ?? 500);
const REAL = Number(process.env["HALQA_SIM_REAL"] ?? 50);
const JOBS = 2;

async function failuresOf(
  isSymbolic: boolean,
  seeds: number,
): Promise<readonly string[]> {
  const reports: string[] = [];
  await simulate({
    isSymbolic,
    from: 0,
    seeds,
    jobs: JOBS,
    onFailure: (report) => reports.push(report),
  });
  return reports;
}

describe("random worlds", () => {
  it(`[SI-2] [SI-8] [SI-9] [SI-12] hold what they promise with symbolic crypto`, async () => {
    expect(await failuresOf(true, SYMBOLIC)).toEqual([]);
  });

  it(`[SI-2] [SI-8] [SI-9] [SI-12] hold what they promise with the crypto that people run`, async () => {
    expect(await failuresOf(false, REAL)).toEqual([]);
  });
});
