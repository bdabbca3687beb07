// Which size a value takes on the disk (docs/spec/vault.md, "Sizes"). The size of a message tells a thief which of a list of known
// texts it is; a step tells little.

import { PADDING_OVERHEAD } from "@halqa/crypto";

const SMALLEST = 256;
// Up to here each step doubles the one before. Above it, doubling would waste megabytes for the state of a large group: eight
// steps for each doubling cost at most an eighth.
const LARGEST_DOUBLING = 4096;
const STEPS_IN_DOUBLING = 8;

/** The step for a value of this length, padding's own overhead included. */
export function paddedSize(valueLength: number): number {
  const needed = valueLength + PADDING_OVERHEAD;
  let top = SMALLEST;
  while (top < needed) top *= 2;
  if (top <= LARGEST_DOUBLING) return top;
  const step = top / 2 / STEPS_IN_DOUBLING;
  return Math.ceil(needed / step) * step;
}
