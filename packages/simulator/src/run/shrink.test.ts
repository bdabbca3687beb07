import { describe, expect, it } from "vitest";
import { drawPlan } from "../story/plan.ts";
import type { Plan } from "../story/plan-data.ts";
import { fairWeather } from "../world/sim.ts";
import { shrinkPlan } from "./shrink.ts";

const MANY = 10_000;

describe("a failing story", () => {
  const plan = drawPlan(3);
  const needed = [plan.happenings[2], plan.happenings[17]];

  it("[SI-5] is cut down to what its fault needs", () => {
    const shrunk = shrinkPlan(plan, MANY, ({ happenings }) =>
      needed.every((one) => one !== undefined && happenings.includes(one)),
    );
    expect(shrunk.happenings).toEqual(needed);
    expect(shrunk.swarm.weather).toEqual(fairWeather);
  });

  it("[SI-5] keeps its weather where it needs that", () => {
    const isStormy = ({ swarm }: Plan): boolean =>
      swarm.weather !== fairWeather;
    const shrunk = shrinkPlan(plan, MANY, isStormy);
    expect(shrunk.happenings).toEqual([]);
    expect(shrunk.swarm.weather).toEqual(plan.swarm.weather);
  });

  it("[SI-5] is told no more often than allowed, and what is left fails", () => {
    let told = 0;
    const shrunk = shrinkPlan(plan, 5, (candidate) => {
      told++;
      return candidate.happenings.length > 3;
    });
    expect(told).toBe(5);
    expect(shrunk.happenings.length).toBeGreaterThan(3);
  });
});
