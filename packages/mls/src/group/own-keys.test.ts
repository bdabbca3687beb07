import { ready } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, expect, it } from "vitest";
import { suite3 } from "../suite.ts";
import type { Suite } from "../suite.ts";
import { isKeyPairOf, rememberKeyPair } from "./own-keys.ts";

beforeAll(() => ready);

const random = createSeededRandom("own keys").bytes;

function makePair(): KeyPair {
  return suite3.kem.deriveKeyPair(random(32));
}

/** The suite, counting how often a pair is asked whether its halves belong together. */
function countingSuite(): {
  readonly suite: Suite;
  readonly asked: () => number;
} {
  let asked = 0;
  const { encap } = suite3.kem;
  const kem: Suite["kem"] = {
    ...suite3.kem,
    encap: (publicKey, source) => {
      asked += 1;
      return encap(publicKey, source);
    },
  };
  return { suite: { ...suite3, kem }, asked: () => asked };
}

it("[ML-87] takes a pair that was made here without asking it, and asks any other", () => {
  const { suite, asked } = countingSuite();
  const made = makePair();
  rememberKeyPair(suite, made);
  expect(isKeyPairOf(suite, made.publicKey, made)).toBe(true);
  expect(asked()).toBe(0);
  expect(isKeyPairOf(suite, made.publicKey, { ...made })).toBe(true);
  expect(asked()).toBe(1);
});

it("[ML-87] asks a pair that was made here when its bytes were overwritten since", () => {
  for (const half of ["secretKey", "publicKey"] as const) {
    const made = makePair();
    const other = makePair();
    rememberKeyPair(suite3, made);
    made[half].set(other[half]);
    expect(isKeyPairOf(suite3, made.publicKey, made)).toBe(false);
    expect(isKeyPairOf(suite3, other.publicKey, made)).toBe(false);
  }
});

it("[ML-87] refuses a pair that was made here for another public key, and asks one that another KEM made", () => {
  const made = makePair();
  rememberKeyPair(suite3, made);
  expect(isKeyPairOf(suite3, makePair().publicKey, made)).toBe(false);
  const { suite, asked } = countingSuite();
  expect(isKeyPairOf(suite, made.publicKey, made)).toBe(true);
  expect(asked()).toBe(1);
});
