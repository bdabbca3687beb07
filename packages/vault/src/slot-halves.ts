// The two halves of the slot and what they say (docs/spec/vault.md, "The slot"). While a secret changes, the old half and the
// new one stand side by side; what stands in the store decides which is in force, so that one commit changes both.
//
//   half = lock secret (32) || state secret (32) || BLAKE2b-256(label || both), each at the beginning of its block

import {
  assertInvariant,
  concatBytes,
  encodeUtf8,
  equalBytes,
} from "@halqa/bytes";
import { blake2b, labels, type RandomBytes } from "@halqa/crypto";
import { SLOT_LENGTH, type SlotWrite } from "./slot.ts";

/** The length of each secret that the slot holds. */
export const SLOT_SECRET_LENGTH = 32;

export type HalfIndex = 0 | 1;

export interface WholeHalf {
  readonly index: HalfIndex;
  /** Goes into the key that the passphrase gives; changes with the passphrase. */
  readonly lockSecret: Uint8Array;
  /** Goes into the key of all keys that are to be destroyed one day; changes with each renewal. */
  readonly stateSecret: Uint8Array;
}

export interface SlotState {
  /** The halves whose check fits: both only during a change. */
  readonly whole: readonly WholeHalf[];
  /** The second half was never written, which is the last step of making a vault. */
  readonly unfinished: boolean;
}

const BLOCK_LENGTH = SLOT_LENGTH / 2;
const CHECK_LENGTH = 32;
const SECRETS_LENGTH = 2 * SLOT_SECRET_LENGTH;
const HALF_LENGTH = SECRETS_LENGTH + CHECK_LENGTH;
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

/** The write that puts secrets into their half. */
export function putHalf({
  index,
  lockSecret,
  stateSecret,
}: WholeHalf): SlotWrite {
  const secrets = concatBytes(lockSecret, stateSecret);
  assertInvariant(
    lockSecret.length === SLOT_SECRET_LENGTH &&
      stateSecret.length === SLOT_SECRET_LENGTH,
    "a slot's secrets have 32 bytes",
  );
  return {
    at: index * BLOCK_LENGTH,
    bytes: concatBytes(secrets, checkOf(secrets)),
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
  const secrets = half.slice(0, SECRETS_LENGTH);
  if (!equalBytes(checkOf(secrets), half.slice(SECRETS_LENGTH)))
    return undefined;
  return {
    index,
    lockSecret: secrets.slice(0, SLOT_SECRET_LENGTH),
    stateSecret: secrets.slice(SLOT_SECRET_LENGTH),
  };
}

function halfBytes(content: Uint8Array, index: HalfIndex): Uint8Array {
  const start = index * BLOCK_LENGTH;
  return content.subarray(start, start + HALF_LENGTH);
}

// Tells a half that was written whole from noise and from one that a crash cut. It keeps nobody out: who reads the slot has
// the secrets.
function checkOf(secrets: Uint8Array): Uint8Array {
  const label = encodeUtf8(labels.vaultSlotCheck);
  return blake2b({ length: CHECK_LENGTH }, concatBytes(label, secrets));
}
