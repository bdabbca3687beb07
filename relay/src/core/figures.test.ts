import { describe, expect, it } from "vitest";
import { FIGURES, renderFigures } from "./figures.ts";

describe("renderFigures", () => {
  it("[HT-24] writes what Prometheus reads, a row for each label", () => {
    const refusals = new Map([
      ["unavailable", 2],
      ["busy", 1],
    ]);
    expect(
      renderFigures([
        { name: "halqa_refusals_total", values: refusals },
        { name: "halqa_connections", values: new Map([["", 7]]) },
        { name: "halqa_store_batches_total", values: new Map() },
        { name: "halqa_stored_total", values: new Map() },
      ]),
    ).toBe(
      [
        "# HELP halqa_refusals_total Requests that were refused.",
        "# TYPE halqa_refusals_total counter",
        'halqa_refusals_total{code="unavailable"} 2',
        'halqa_refusals_total{code="busy"} 1',
        "# HELP halqa_connections Connections of clients.",
        "# TYPE halqa_connections gauge",
        "halqa_connections 7",
        "# HELP halqa_store_batches_total Transactions of the store.",
        "# TYPE halqa_store_batches_total counter",
        "halqa_store_batches_total 0",
        "# HELP halqa_stored_total What was stored for the first time.",
        "# TYPE halqa_stored_total counter",
        "",
      ].join("\n"),
    );
  });

  it("[HT-24] has counters and gauges, named as is usual", () => {
    for (const [name, { type }] of Object.entries(FIGURES)) {
      expect(name).toMatch(/^halqa_[a-z_]+$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
    }
  });
});
