/**
 * Randomness for many small draws from one large one. A system's generator takes several microseconds to be asked and
 * nearly none to answer, and a path on a fresh tree, or the Welcome of a thousand, asks it a thousand times.
 */
import type { RandomBytes } from "@halqa/crypto";

/** A source that hands out the next `length` bytes of `random`, each once, and asks it again for what goes beyond. */
export function drawAhead(random: RandomBytes, length: number): RandomBytes {
  const drawn = random(length);
  let at = 0;
  return (count) => {
    if (count > drawn.length - at) return random(count);
    at += count;
    return drawn.slice(at - count, at);
  };
}
