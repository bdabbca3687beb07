// The two halves of the slot and what they say (docs/spec/vault.md, "The slot"). While the secret changes, the old one and
// the new one stand side by side; the header in the store decides which is in force, so that one commit changes both.
//
//   half = secret (32) || BLAKE2b-256(label || secret), each at the beginning of its block

import {
  assertInvariant,
  concatBytes,
  encodeUtf8,
  equalBytes,
} from "@halqa/bytes";
import { blake2b, labels, type RandomBytes } from "@halqa/crypto";
import { SLOT_LENGTH, type SlotWrite } from "./slot.ts";

/** The length of the secret that the slot holds. */
export const SLOT_SECRET_LENGTH = 32;

export type HalfIndex = 0 | 1;

export interface WholeHalf {
  readonly index: HalfIndex;
  readonly secret: Uint8Array;
}

export interface SlotState {
  /** The halves whose check fits: both only during a change. */
  readonly whole: readonly WholeHalf[];
  /** The second half was never written, which is the last step of making a vault. */
  readonly unfinished: boolean;
}

const BLOCK_LENGTH = SLOT_LENGTH / 2;
const CHECK_LENGTH = 32;
const HALF_LENGTH = SLOT_SECRET_LENGTH + CHECK_LENGTH;
const blankHalf = new Uint8Array(HALF_LENGTH);

/** What a slot's content says; any content, or none. */
export function readSlotState(content: Uint8Array | undefined): SlotState {
  if (content === undefined) return { whole: [], unfinished: true };
  if (content.length !== SLOT_LENGTH) return { whole: [], unfinished: false };
  const whole = ([0, 1] as const)
    .map((index) => readHalf(content, index))
    .filter((half) => half !== undefined);
  return {
    whole,
    unfinished: equalBytes(halfBytes(content, 1), blankHalf),
  };
}

/** The write that puts a secret into its half. */
export function putHalf({ index, secret }: WholeHalf): SlotWrite {
  assertInvariant(
    secret.length === SLOT_SECRET_LENGTH,
    "a slot's secret has 32 bytes",
  );
  return {
    at: index * BLOCK_LENGTH,
    bytes: concatBytes(secret, checkOf(secret)),
  };
}

/** The write that destroys a half with noise. */
export function wipeHalf(index: HalfIndex, random: RandomBytes): SlotWrite {
  return { at: index * BLOCK_LENGTH, bytes: random(HALF_LENGTH) };
}

/** The other half. */
export function otherHalf(index: HalfIndex): HalfIndex {
  return index === 0 ? 1 : 0;
}

function readHalf(
  content: Uint8Array,
  index: HalfIndex,
): WholeHalf | undefined {
  const half = halfBytes(content, index);
  const secret = half.slice(0, SLOT_SECRET_LENGTH);
  const whole = equalBytes(checkOf(secret), half.slice(SLOT_SECRET_LENGTH));
  return whole ? { index, secret } : undefined;
}

function halfBytes(content: Uint8Array, index: HalfIndex): Uint8Array {
  const start = index * BLOCK_LENGTH;
  return content.subarray(start, start + HALF_LENGTH);
}

// Tells a half that was written whole from noise and from one that a crash cut. It keeps nobody out: who reads the slot has
// the secret.
function checkOf(secret: Uint8Array): Uint8Array {
  const label = encodeUtf8(labels.vaultSlotCheck);
  return blake2b({ length: CHECK_LENGTH }, concatBytes(label, secret));
}
