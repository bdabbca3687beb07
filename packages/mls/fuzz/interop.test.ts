import { describe, expect, it } from "vitest";
import { runHistories, STEPS } from "./run.ts";

const HISTORIES = 40;
const FILES = 4;

describe("random histories shared with OpenMLS", () => {
  it.each(Array.from({ length: FILES }, (_, i) => i * (HISTORIES / FILES)))(
    "[ML-301] holds for the 10 mixed histories from seed %i",
    async (from) => {
      const reports: string[] = [];
      const { steps, failures } = await runHistories({
        from,
        seeds: HISTORIES / FILES,
        steps: STEPS,
        interop: true,
        onFailure: (report) => reports.push(report),
      });
      expect(reports.join("\n\n")).toBe("");
      expect({ steps, failures }).toEqual({
        steps: (HISTORIES / FILES) * STEPS,
        failures: 0,
      });
    },
  );
});
