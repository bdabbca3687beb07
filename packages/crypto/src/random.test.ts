import { beforeAll, describe, expect, it } from "vitest";
import { InvariantError } from "@halqa/bytes";
import {
  createSystemRandom,
  dhkemX25519,
  hpkeSeal,
  ready,
  sealEnvelope,
  startSealing,
  xchacha20Poly1305,
} from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import type { RandomSource } from "./random.ts";

beforeAll(() => ready);

type Fill = (array: Uint8Array) => void;

function sourceOf(fill: Fill): RandomSource {
  return {
    getRandomValues: (array) => {
      fill(array);
      return array;
    },
  };
}

function seededFill(seed: string): Fill {
  const random = createSeededRandom(seed);
  return (array) => array.set(random.bytes(array.length));
}

function fail(): never {
  throw new Error("entropy 9f3a");
}

describe("the system's generator", () => {
  it("[CR-5] answers fresh bytes of every length, in buffers of their own", () => {
    const random = createSystemRandom();
    for (const length of [0, 1, 12, 16, 24, 32, 33, 1000]) {
      const [a, b] = [random(length), random(length)];
      expect(a.length).toBe(length);
      expect(a.buffer.byteLength).toBe(length);
      if (length >= 12) expect(a).not.toEqual(b);
    }
  });

  it("[CR-5] answers more than one call of the platform gives", () => {
    const most = { asked: 0 };
    const random = createSystemRandom(
      sourceOf((array) => {
        most.asked = Math.max(most.asked, array.length);
        globalThis.crypto.getRandomValues(array);
      }),
    );
    const bytes = random(200_000);
    expect(most.asked).toBeLessThanOrEqual(65_536);
    // Every part of it was filled.
    for (let at = 0; at < bytes.length; at += 1000) {
      expect(bytes.subarray(at, at + 1000).some((byte) => byte > 0)).toBe(true);
    }
  });

  it("[CR-6] refuses to start where there is none", () => {
    // @ts-expect-error a platform without the method
    const without: RandomSource = {};
    expect(() => createSystemRandom(without)).toThrow(InvariantError);
    const described = Object.getOwnPropertyDescriptor(globalThis, "crypto")!;
    Object.defineProperty(globalThis, "crypto", {
      configurable: true,
      value: undefined,
    });
    try {
      expect(() => createSystemRandom()).toThrow(InvariantError);
    } finally {
      Object.defineProperty(globalThis, "crypto", described);
    }
  });

  it.each<[string, Fill]>([
    ["throws", fail],
    ["fills nothing", () => {}],
    ["answers one constant", (array) => array.fill(0x5a)],
    ["answers one block", (array) => array.set(array.map((_, i) => i + 1))],
    [
      "turns in a short circle",
      (() => {
        let turn = 0;
        return (array) => {
          turn = (turn + 1) % 8;
          array.set(createSeededRandom(turn).bytes(array.length));
        };
      })(),
    ],
  ])("[CR-6] refuses to start when it %s", (_, fill) => {
    expect(() => createSystemRandom(sourceOf(fill))).toThrow(InvariantError);
  });

  it.each<[string, (good: Fill) => Fill]>([
    ["throws", () => fail],
    ["fills nothing", () => () => {}],
    [
      "leaves the end unfilled",
      (good) => (array) => good(array.subarray(0, array.length - 16)),
    ],
    [
      "leaves a block in the middle unfilled",
      (good) => (array) => {
        good(array);
        array.fill(0, 16, 32);
      },
    ],
    [
      "repeats a block within one answer",
      (good) => (array) => {
        good(array);
        array.copyWithin(16, 32);
      },
    ],
    [
      "repeats its last answer",
      (good) => {
        let kept: Uint8Array | undefined;
        return (array) => {
          if (kept === undefined) good(array);
          else array.set(kept);
          kept = array.slice();
        };
      },
    ],
  ])("[CR-6] refuses to go on when it later %s", (_, breakIt) => {
    const good = seededFill("healthy");
    let fill = good;
    const random = createSystemRandom(sourceOf((array) => fill(array)));
    expect(random(32).length).toBe(32);
    fill = breakIt(good);
    expect(() => {
      random(32);
      random(32);
    }).toThrow(InvariantError);
  });

  it("[CR-4] tells nothing of the failure", () => {
    expect(() => createSystemRandom(sourceOf(fail))).toThrow(
      /^the random generator failed$/,
    );
  });

  it.each([-1, 1.5, Number.NaN])("[CR-3] refuses a length of %d", (length) => {
    expect(() => createSystemRandom()(length)).toThrow(InvariantError);
  });
});

describe("randomness as a parameter", () => {
  it.each([-1, 1])("[CR-7] of %i byte more than asked is refused", (d) => {
    const random = (length: number) => new Uint8Array(length + d).fill(7);
    const key = new Uint8Array(32).fill(1);
    const { publicKey } = dhkemX25519.deriveKeyPair(key);
    const empty = new Uint8Array();
    const suite = { kem: dhkemX25519, aead: xchacha20Poly1305 };
    const sealing = { publicKey, info: empty, aad: empty, plaintext: empty };
    expect(() => hpkeSeal(suite, { ...sealing, random })).toThrow(
      InvariantError,
    );
    expect(() => dhkemX25519.encap(publicKey, random)).toThrow(InvariantError);
    expect(() =>
      sealEnvelope({ key, logId: key, message: empty, random }),
    ).toThrow(InvariantError);
    expect(() => startSealing({ key, context: empty, random })).toThrow(
      InvariantError,
    );
  });
});
