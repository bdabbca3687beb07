// Randomness is a parameter of every operation that needs it, so that tests can seed it and nothing draws in secret.
// The system's generator is wrapped here, once, with checks on its health (docs/spec/crypto.md, "Randomness").

import {
  assertInvariant,
  equalBytes,
  encodeHex,
  InvariantError,
} from "@halqa/bytes";

/** Answers exactly `length` fresh, unpredictable bytes, never the same buffer twice. */
export type RandomBytes = (length: number) => Uint8Array;

/** The part of the Web Crypto interface that is used. */
export interface RandomSource {
  getRandomValues(array: Uint8Array<ArrayBuffer>): unknown;
}

// Each draw carries this many bytes more, at its end, that are looked at and never handed out: a generator that
// stands still or leaves a buffer's tail untouched shows itself, and no secret has to be kept for comparing. Two equal
// witnesses by chance: 2^-128 per pair.
const WITNESS_LENGTH = 16;
const zeros = new Uint8Array(WITNESS_LENGTH);
const STARTUP_DRAWS = 64;
// Web Crypto refuses to fill more than 65,536 bytes in one call.
const QUOTA = 65_536;

/**
 * The system's generator as a `RandomBytes`. Throws InvariantError, when created or at any later draw, where there is
 * no generator, where it throws, and where its output is all zero or repeats: without randomness there is no safe way on.
 */
export function createSystemRandom(
  // oxlint-disable-next-line no-restricted-globals -- the one place where the system's generator enters; a caller may pass another
  source: RandomSource | undefined = globalThis.crypto,
): RandomBytes {
  assertInvariant(
    typeof source?.getRandomValues === "function",
    "no random generator",
  );
  let last = checkStart(source);
  return (length) => {
    assertInvariant(
      Number.isSafeInteger(length) && length >= 0,
      "a random length is a whole number",
    );
    const drawn = draw(source, length + WITNESS_LENGTH);
    const witness = drawn.slice(length);
    assertInvariant(
      !equalBytes(witness, last),
      "the random generator repeats itself",
    );
    checkBlocks(drawn);
    last = witness;
    return drawn.slice(0, length);
  };
}

/** Draws once from `random` and checks that it kept to the length asked for: a short key must never pass unseen. */
export function drawRandom(random: RandomBytes, length: number): Uint8Array {
  const bytes = random(length);
  assertInvariant(bytes.length === length, "random bytes of another length");
  return bytes;
}

// Short cycles are caught before the first byte is used.
function checkStart(source: RandomSource): Uint8Array {
  const seen = new Set<string>();
  let witness = new Uint8Array();
  for (let i = 0; i < STARTUP_DRAWS; i++) {
    witness = draw(source, WITNESS_LENGTH);
    checkBlocks(witness);
    seen.add(encodeHex(witness));
  }
  assertInvariant(
    seen.size === STARTUP_DRAWS,
    "the random generator repeats itself",
  );
  return witness;
}

// All zero in any whole block of the draw, or two neighbouring blocks that are equal.
function checkBlocks(drawn: Uint8Array): void {
  let previous: Uint8Array | undefined;
  for (let end = drawn.length; end >= WITNESS_LENGTH; end -= WITNESS_LENGTH) {
    const block = drawn.subarray(end - WITNESS_LENGTH, end);
    assertInvariant(
      !equalBytes(block, zeros),
      "the random generator answers zeros",
    );
    assertInvariant(
      previous === undefined || !equalBytes(block, previous),
      "the random generator repeats itself",
    );
    previous = block;
  }
}

function draw(source: RandomSource, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  try {
    for (let at = 0; at < length; at += QUOTA) {
      source.getRandomValues(bytes.subarray(at, at + QUOTA));
    }
  } catch {
    throw new InvariantError("the random generator failed");
  }
  return bytes;
}
