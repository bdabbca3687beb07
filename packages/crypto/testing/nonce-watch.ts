// The watch over (key, nonce) pairs, for the tests of every package: one test is one world, and in it no pair seals
// twice. docs/spec/crypto.md, CR-43. `nonce-watch.setup.ts` starts and ends it around each test.

import { encodeHex } from "@halqa/bytes";
import { watchSeals } from "../src/nonce-watch.ts";

// Of a SHA-256: enough that two pairs are never taken for one, small enough for long histories.
const REMEMBERED_BYTES = 16;

let seen = new Set<string>();
let firstRepeat: Error | undefined;
let permitted = false;

/** Forgets everything and watches from here on. */
export function beginNonceWatch(): void {
  seen = new Set();
  firstRepeat = undefined;
  permitted = false;
  watchSeals((keyAndNonce) => {
    const pair = encodeHex(keyAndNonce.subarray(0, REMEMBERED_BYTES));
    // Made where it happens, so that its stack shows the sealing that came second.
    if (seen.has(pair)) {
      firstRepeat ??= new Error("a (key, nonce) pair has sealed twice");
    }
    seen.add(pair);
  });
}

/** Throws when a pair has sealed twice since the beginning, unless the test permitted it. */
export function endNonceWatch(): void {
  watchSeals(undefined);
  const repeat = firstRepeat;
  firstRepeat = undefined;
  if (repeat !== undefined && !permitted) throw repeat;
}

/** Lets this one test seal twice under one pair, for a reason that is written down: published vectors, equal reruns. */
export function permitNonceReuse(reason: string): void {
  if (reason.trim() === "") throw new Error("a permission needs its reason");
  permitted = true;
}
