import { describe, expect, it } from "vitest";
import { actNames, actWeight } from "./acts.ts";
import { drawPlan } from "./plan.ts";

const plans = Array.from({ length: 300 }, (_, seed) => drawPlan(seed));

describe("a plan", () => {
  it("[SI-2] follows from its seed, and survives being written down", () => {
    expect(drawPlan(7)).toEqual(plans[7]);
    expect(JSON.parse(JSON.stringify(plans[7]))).toEqual(plans[7]);
  });

  it("[SI-4] has some faults: each comes up in some seed, and none in all", () => {
    const everything = new Set(plans.flatMap(({ swarm }) => swarm.faults));
    expect(everything.size).toBeGreaterThanOrEqual(12);
    for (const fault of everything) {
      const count = plans.filter(({ swarm }) =>
        swarm.faults.includes(fault),
      ).length;
      expect(count).toBeGreaterThan(2);
      expect(count).toBeLessThan(plans.length * 0.8);
    }
    const calm = plans.filter(({ swarm }) => swarm.weather.cut === 0);
    expect(calm.length).toBeGreaterThan(50);
    expect(calm.length).toBeLessThan(250);
  });

  it("[SI-9] has attackers of one family in some seeds, and none in most", () => {
    const attacked = plans.filter(({ swarm }) => swarm.attacks.length > 0);
    expect(attacked.length).toBeGreaterThan(60);
    expect(attacked.length).toBeLessThan(180);
    const families = new Set(attacked.map(({ swarm }) => swarm.attacks.join()));
    expect(families.size).toBe(6);
  });

  it("[SI-7] draws every act of the table, the heavy ones more often", () => {
    const counts = new Map<string, number>();
    for (const { kind, name } of plans.flatMap(({ happenings }) => happenings))
      if (kind === "act") counts.set(name, (counts.get(name) ?? 0) + 1);
    expect([...counts.keys()].toSorted()).toEqual([...actNames].toSorted());
    for (const name of actNames) expect(actWeight(name)).toBeGreaterThan(0);
    expect(counts.get("say")).toBeGreaterThan(counts.get("remove") ?? 0);
  });
});
