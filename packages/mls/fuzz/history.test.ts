import { describe, expect, it } from "vitest";
import { runHistories, STEPS } from "./run.ts";

/** Fewer where only a fault is looked for (`npm run mutants:mls`). */
const HISTORIES = Number(process.env["HALQA_MLS_HISTORIES"] ?? 300);
const TESTS = 10;
const seeds = Math.ceil(HISTORIES / TESTS);

describe("random histories", () => {
  it.each(Array.from({ length: TESTS }, (_, i) => i * seeds))(
    `[ML-300] holds for the ${seeds} histories from seed %i`,
    async (from) => {
      const reports: string[] = [];
      const { steps, failures } = await runHistories({
        from,
        seeds,
        steps: STEPS,
        interop: false,
        onFailure: (report) => reports.push(report),
      });
      expect(reports.join("\n\n")).toBe("");
      expect({ steps, failures }).toEqual({
        steps: seeds * STEPS,
        failures: 0,
      });
    },
  );
});
