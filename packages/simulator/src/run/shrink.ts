/**
 * Makes a failing story short (SI-5): leaves out halves, quarters and at last single happenings, as long as the same
 * invariant breaks. What is left is what a person reads.
 */
import type { Happening, Plan } from "../story/plan-data.ts";
import { fairWeather } from "../world/sim.ts";

/** The shortest plan found that still fails, within so many tellings. */
export function shrinkPlan(
  plan: Plan,
  tellings: number,
  fails: (candidate: Plan) => boolean,
): Plan {
  let left = tellings;
  const isFailing = (candidate: Plan): boolean => {
    if (left <= 0) return false;
    left--;
    return fails(candidate);
  };
  let best = calm(plan, isFailing);
  let size = Math.ceil(best.happenings.length / 2);
  while (size >= 1) {
    const smaller = dropOne(best, size, isFailing);
    if (smaller !== undefined) best = smaller;
    else if (size === 1) break;
    else size = Math.ceil(size / 2);
    size = Math.min(size, Math.max(1, best.happenings.length));
  }
  return best;
}

/** Without weather, where it fails without. */
function calm(plan: Plan, isFailing: (plan: Plan) => boolean): Plan {
  const { swarm } = plan;
  const still = { ...plan, swarm: { ...swarm, weather: fairWeather } };
  return isFailing(still) ? still : plan;
}

function dropOne(
  plan: Plan,
  size: number,
  isFailing: (plan: Plan) => boolean,
): Plan | undefined {
  const { happenings } = plan;
  for (let at = 0; at < happenings.length; at += size) {
    const rest: readonly Happening[] = [
      ...happenings.slice(0, at),
      ...happenings.slice(at + size),
    ];
    const candidate = { ...plan, happenings: rest };
    if (isFailing(candidate)) return candidate;
  }
  return undefined;
}
