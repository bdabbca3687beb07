// Draws that are the same for one seed.

export interface Dice {
  /** A whole number from 0, below this one. */
  readonly below: (end: number) => number;
}

/** Dice of a seed (mulberry32, public domain). */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  return {
    below: (end) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
    },
  };
}
