// Negative twins: bytes that are nearly valid. A decoder that is lenient or trusts a length shows it on these, hardly
// ever on random bytes and never on round trips of our own values.

import { concatBytes, equalBytes } from "@halqa/bytes";
import type { SeededRandom } from "./seeded-random.ts";

type Mutation = (bytes: Uint8Array, random: SeededRandom) => Uint8Array;

// Where lengths, flags and length classes change their meaning.
const EDGE_OCTETS = [
  0x00, 0x01, 0x02, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xff,
];
const MAX_ADDED = 8;
// Most damage is a single change; a few in a row get past checks that stand one behind the other.
const CHANCE_OF_MORE = 0.25;

const mutations: readonly Mutation[] = [
  flipBit,
  setOctet,
  truncate,
  extend,
  insert,
  cutOut,
  copyWithin,
];

/**
 * A damaged copy of `bytes`: flipped bits, edge octets, truncations, extensions, insertions, cuts and splices from
 * elsewhere in the same bytes. It always differs from `bytes`; which damage is done depends on `random` alone.
 */
export function mutateBytes(
  bytes: Uint8Array,
  random: SeededRandom,
): Uint8Array {
  let mutated = mutateOnce(bytes, random);
  while (random.bool(CHANCE_OF_MORE)) mutated = mutateOnce(mutated, random);
  if (!equalBytes(mutated, bytes)) return mutated;
  return bytes.length === 0 ? extend(bytes, random) : flipBit(bytes, random);
}

function mutateOnce(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (bytes.length === 0) return extend(bytes, random);
  return random.pick(mutations)(bytes, random);
}

function flipBit(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  const at = random.int(bytes.length);
  flipped[at] = flipped[at]! ^ (1 << random.int(8));
  return flipped;
}

function setOctet(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[random.int(bytes.length)] = random.pick(EDGE_OCTETS);
  return changed;
}

function truncate(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return Uint8Array.from(bytes.subarray(0, random.int(bytes.length)));
}

function extend(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return concatBytes(bytes, random.bytes(1 + random.int(MAX_ADDED)));
}

function insert(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.int(bytes.length);
  return concatBytes(
    bytes.subarray(0, at),
    random.bytes(1 + random.int(MAX_ADDED)),
    bytes.subarray(at),
  );
}

function cutOut(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const [start, end] = pickRange(bytes, random);
  return concatBytes(bytes.subarray(0, start), bytes.subarray(end));
}

/** Overwrites one place with what stands at another. */
function copyWithin(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const [start, end] = pickRange(bytes, random);
  return Uint8Array.from(bytes).copyWithin(
    random.int(bytes.length),
    start,
    end,
  );
}

/** A range of at least one byte. */
function pickRange(
  bytes: Uint8Array,
  random: SeededRandom,
): readonly [number, number] {
  const start = random.int(bytes.length);
  return [start, start + 1 + random.int(bytes.length - start)];
}
