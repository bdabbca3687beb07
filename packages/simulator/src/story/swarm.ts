/** Which faults a seed has: a random few, for all at once would hide what two of them do together (SI-4). */
import type { SeededRandom } from "@halqa/testkit";
import { attackFamilies } from "../attack/attacks.ts";
import type { FaultName, Swarm } from "./plan-data.ts";

const GROUPS: readonly (readonly FaultName[])[] = [
  ["crash", "crash", "crash", "restart"],
  ["offline", "online", "online"],
  ["relay-restart"],
  ["disk-full", "disk-free", "disk-free"],
  ["clock"],
  ["freeze"],
  ["second-tab"],
];

/** Those after which a device may rightly lose something or has to be let in again. */
const HARD: readonly (readonly FaultName[])[] = [
  ["image", "image", "restore"],
  ["clone"],
  ["sleep"],
];

export function chooseSwarm(random: SeededRandom): Swarm {
  const groups = GROUPS.filter(() => random.bool(0.5));
  const hard = random.bool(0.1) ? [random.pick(HARD)] : [];
  const devices = random.bool(0.15) ? 6 + random.int(7) : 2 + random.int(4);
  const chance = (p: number, value: number): number =>
    random.bool(p) ? value : 0;
  const slow = random.pick([20, 200, 2_000, 8_000]);
  return {
    devices,
    relays: random.bool(0.2) ? 2 : 1,
    acts: 30 + random.int(50),
    faultCount: 8 + random.int(24),
    attackCount: 4 + random.int(8),
    weather: {
      delay: [1, slow],
      cut: chance(0.4, 0.01),
      halfOpen: chance(0.3, 0.003),
      twice: chance(0.2, 0.05),
      swapped: chance(0.2, 0.05),
      dropped: chance(0.2, 0.02),
    },
    faults: [...groups, ...hard].flat(),
    isGentleStart: random.bool(0.7),
    attacks: random.bool(0.4) ? random.pick(attackFamilies) : [],
  };
}
