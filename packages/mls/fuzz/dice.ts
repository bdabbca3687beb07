/** Seeded choices: the same seed gives the same history on every machine, which is what makes a failure repeatable. */
import type { SeededRandom } from "@halqa/testkit";

/** An item, as often as its weight says. */
export function pickWeighted<T extends { readonly weight: number }>(
  dice: SeededRandom,
  items: readonly T[],
): T {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  let point = (dice.int(RESOLUTION) / RESOLUTION) * total;
  for (const item of items) {
    point -= item.weight;
    if (point < 0) return item;
  }
  return dice.pick(items);
}

const RESOLUTION = 2 ** 32;
