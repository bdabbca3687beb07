import { describe, expect, it } from "vitest";
import { measure, quantile } from "./measure.mjs";
import { formatLine, formatTable } from "./report.mjs";

describe("the bench harness", () => {
  it("takes quantiles by nearest rank", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(quantile([1, 2, 3, 4], 0.95)).toBe(4);
    expect(quantile([7], 0.95)).toBe(7);
  });

  it("runs the subjects in turn, prepares before each sample, and repeats inside one", async () => {
    const calls: string[] = [];
    const subject = (name: string, iterations: number) => ({
      name,
      iterations,
      before: () => calls.push(`before ${name}`),
      run: () => calls.push(name),
    });
    const results = await measure("b", {
      case: "c",
      unit: "ms",
      runs: 1,
      subjects: [subject("halqa", 2), subject("peer", 1)],
    });
    const round = ["before halqa", "halqa", "halqa", "before peer", "peer"];
    expect(calls).toEqual([...round, ...round]);
    expect(results.map((result) => [result.subject, result.runs])).toEqual([
      ["halqa", 1],
      ["peer", 1],
    ]);
  });

  it("takes quantiles of figures that were measured elsewhere, and puts the aim beside them", async () => {
    const results = await measure("b", {
      case: "in a browser",
      unit: "ms",
      aim: "< 5 ms",
      subjects: [{ name: "halqa", values: [3, 1, 2] }],
    });
    expect(results).toMatchObject([{ median: 2, p95: 3, runs: 3 }]);
    expect(formatLine(results[0])).toContain('"aim":"< 5 ms"');
    expect(formatTable(results)).toContain(
      "| in a browser | halqa | 2 ms | 3 ms | 1.00 | 3 | < 5 ms |",
    );
  });

  it("carries figures that need no timing, prints one line of JSON each and a table with ratios", async () => {
    const results = await measure("b", {
      case: "bytes",
      unit: "B",
      subjects: [
        { name: "halqa", value: 500 },
        { name: "peer", value: 1000 },
      ],
    });
    expect(formatLine(results[1])).toBe(
      '{"bench":"b","case":"bytes","subject":"peer","unit":"B","median":1000,"p95":1000,"runs":1}',
    );
    expect(formatTable(results)).toContain(
      "| bytes | peer | 1000 B | 1000 B | 2.00 | 1 |",
    );
  });
});
