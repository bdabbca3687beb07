/**
 * What happens in a story, as data: drawn from the seed once, so that a failing one can be cut down and kept (SI-5, SI-6).
 * Each happening has dice of its own: leaving one out changes nothing in the others.
 */
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { actNames, actWeight } from "./acts.ts";
import { chooseSwarm } from "./swarm.ts";
import type { Happening, Plan } from "./plan-data.ts";

const STORY_MS = 20 * 60_000;

export function drawPlan(seed: number): Plan {
  const random = createSeededRandom(`plan/${seed}`);
  const swarm = chooseSwarm(random.fork("swarm"));
  const acts = random.fork("acts");
  const names = actNames.filter(
    (name) => acts.bool(0.85) || actWeight(name) > 5,
  );
  const happenings: Happening[] = [];
  const draw = (
    kind: Happening["kind"],
    choose: (r: SeededRandom) => string,
    o: { count: number; random: SeededRandom },
  ): void => {
    for (let count = 0; count < o.count; count++) {
      happenings.push({
        at: o.random.int(STORY_MS),
        kind,
        name: choose(o.random),
        who: o.random.int(swarm.devices),
        dice: o.random.int(2 ** 32),
      });
    }
  };
  draw("act", (r) => pickWeighted(r, names), {
    count: swarm.acts,
    random: acts,
  });
  if (swarm.faults.length > 0)
    draw("fault", (r) => r.pick(swarm.faults), {
      count: swarm.faultCount,
      random: random.fork("faults"),
    });
  if (swarm.attacks.length > 0)
    draw("attack", (r) => r.pick(swarm.attacks), {
      count: swarm.attackCount,
      random: random.fork("attacks"),
    });
  return {
    seed,
    swarm,
    happenings: happenings.toSorted((one, other) => one.at - other.at),
  };
}

function pickWeighted(random: SeededRandom, names: readonly string[]): string {
  const total = names.reduce((sum, name) => sum + actWeight(name), 0);
  let left = random.int(total);
  for (const name of names) {
    left -= actWeight(name);
    if (left < 0) return name;
  }
  return names[0] ?? "say";
}
