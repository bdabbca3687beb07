// The few statistics that the searches need.

/**
 * The value that chi squared over `degrees` of freedom exceeds by chance about once in 20 billion times (6.5 standard
 * deviations), by the approximation of Wilson and Hilferty: thousands of offsets are looked at in each run.
 */
export function chiSquaredBound(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + 6.5 * Math.sqrt(part)) ** 3;
}

/** Chi squared of how often each value of an octet stands at this offset. */
export function chiSquaredAt(
  bodies: readonly Uint8Array[],
  offset: number,
): number {
  const counts = new Uint32Array(256);
  for (const body of bodies) counts[body[offset]!]! += 1;
  const expected = bodies.length / 256;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

export interface Placed {
  /** Pairs within one group are not compared. */
  readonly group: string;
  /** When it came. */
  readonly rank: number;
  /** Where it lies. */
  readonly place: number;
}

/** Kendall's tau between arrival and place over all pairs of two groups: 1 where what came later always lies behind. */
export function kendallTau(all: readonly Placed[]): { readonly tau: number } {
  let [sum, pairs] = [0, 0];
  for (const [i, a] of all.entries()) {
    for (let j = 0; j < i; j++) {
      const b = all[j]!;
      if (a.group === b.group) continue;
      sum += Math.sign(a.rank - b.rank) * Math.sign(a.place - b.place);
      pairs += 1;
    }
  }
  return { tau: pairs === 0 ? 0 : sum / pairs };
}

/** The standard deviation of tau over so many things whose places are drawn. */
export function kendallDeviation(count: number): number {
  return Math.sqrt((2 * (2 * count + 5)) / (9 * count * (count - 1)));
}
