// Randomness for tests that repeats: one seed gives one sequence on every platform and engine, because it is made of
// 32-bit integer arithmetic only (Chris Doty-Humphrey's sfc32).
// Never for keys: 128 bits of state that a few outputs reveal. Sources cannot import this package.

import { assertInvariant, encodeUtf8 } from "@halqa/bytes";

export interface SeededRandom {
  /** `n` bytes. Fits where a source of randomness is a parameter: `createKeys(random.bytes)`. */
  readonly bytes: (n: number) => Uint8Array;
  /** A whole number from 0 up to, not including, `maxExclusive` (at most 2^32), without bias. */
  readonly int: (maxExclusive: number) => number;
  /** True with the given probability; never at 0, always at 1. */
  readonly bool: (probability: number) => boolean;
  /** One item of a list that is not empty. */
  readonly pick: <T>(array: readonly T[]) => T;
  /** A shuffled copy. */
  readonly shuffle: <T>(array: readonly T[]) => T[];
  /**
   * A source of its own for one part of a test. It depends on this source's seed and the label and not on what was
   * drawn, so that one more draw in one part changes nothing in the others.
   */
  readonly fork: (label: string) => SeededRandom;
}

/** A repeatable source; equal seeds give equal sequences, a number and its decimal text being different seeds. */
export function createSeededRandom(seed: number | string): SeededRandom {
  return fromName(`${typeof seed}:${nameSegment(String(seed))}`);
}

function fromName(name: string): SeededRandom {
  const next = createSfc32(hash128(encodeUtf8(name)));

  const int = (maxExclusive: number): number => {
    assertInvariant(
      Number.isInteger(maxExclusive) &&
        maxExclusive >= 1 &&
        maxExclusive <= 2 ** 32,
      "int() takes a whole number from 1 to 2^32",
    );
    // The top of the range that does not divide evenly is drawn again, or low numbers would come more often.
    const usable = 2 ** 32 - (2 ** 32 % maxExclusive);
    let drawn = next();
    while (drawn >= usable) drawn = next();
    return drawn % maxExclusive;
  };

  return {
    bytes: (n) => {
      const bytes = new Uint8Array(n);
      for (let i = 0; i < n; i += 4) {
        const word = next();
        for (let j = 0; j < 4 && i + j < n; j++)
          bytes[i + j] = word >>> (8 * j);
      }
      return bytes;
    },
    int,
    bool: (probability) => {
      assertInvariant(
        probability >= 0 && probability <= 1,
        "bool() takes a probability from 0 to 1",
      );
      return next() < probability * 2 ** 32;
    },
    pick: (array) => {
      assertInvariant(
        array.length > 0,
        "pick() takes a list that is not empty",
      );
      return array[int(array.length)]!;
    },
    shuffle: (array) => {
      const shuffled = [...array];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
      }
      return shuffled;
    },
    fork: (label) => fromName(`${name}/${nameSegment(label)}`),
  };
}

/** With its length, so that `a` forked to `b/c` and `a/b` forked to `c` have different names. */
function nameSegment(text: string): string {
  return `${text.length}:${text}`;
}

type State = readonly [number, number, number, number];

/** FNV-1a in four lanes, each finished as in murmur3: names that differ in one bit start far apart. */
function hash128(bytes: Uint8Array): State {
  const lane = (start: number): number => {
    let hash = start;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    return mix(hash ^ bytes.length);
  };
  return [
    lane(0x811c9dc5),
    lane(0x9e3779b9),
    lane(0x243f6a88),
    lane(0xb7e15162),
  ];
}

function mix(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Draws unsigned 32-bit words. */
function createSfc32([first, second, third, fourth]: State): () => number {
  let a = first;
  let b = second;
  let c = third;
  let counter = fourth;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
