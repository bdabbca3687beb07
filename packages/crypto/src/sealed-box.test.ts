import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeUtf8, ok } from "@halqa/bytes";
import {
  dhkemX25519,
  labels,
  openBox,
  ready,
  SEALED_BOX_OVERHEAD,
  sealBox,
  type BoxLabelName,
} from "@halqa/crypto";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { agree, openFirst, setUp } from "../testing/hpke-oracle.ts";
import { kindOf, valueOf } from "../testing/outcome.ts";

beforeAll(() => ready);

const random = createSeededRandom("boxes");
const aad = Uint8Array.of(1, 2);
const boxLabels = Object.keys(labels).filter((name): name is BoxLabelName =>
  name.endsWith("Box"),
);

function receiver() {
  return dhkemX25519.deriveKeyPair(new Uint8Array(32).fill(8));
}

function seal(plaintext: Uint8Array, label: BoxLabelName = "welcomeBox") {
  const { publicKey } = receiver();
  const input = { label, publicKey, aad, plaintext, random: random.bytes };
  return valueOf(sealBox(input));
}

function open(box: Uint8Array, label: BoxLabelName = "welcomeBox") {
  return openBox({ label, keyPair: receiver(), aad, box });
}

describe("sealed boxes", () => {
  it("[CR-70] are an encapsulation and a ciphertext", () => {
    const box = seal(Uint8Array.of(1, 2, 3), "repairBox");
    expect(box.length).toBe(3 + SEALED_BOX_OVERHEAD);
    const { publicKey, secretKey } = receiver();
    const enc = box.subarray(0, 32);
    const secret = agree({ secretKey, peer: enc, enc, receiver: publicKey });
    const keys = setUp(0xff03, secret, encodeUtf8("halqa/v1/box/repair"));
    const ciphertext = box.subarray(32);
    expect(openFirst(0xff03, keys, { aad, ciphertext })).toEqual(
      Uint8Array.of(1, 2, 3),
    );
  });

  it("[CR-70] give back what went in", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...boxLabels),
        (plaintext, label) => {
          expect(open(seal(plaintext, label), label)).toEqual(ok(plaintext));
        },
      ),
      { numRuns: 20 },
    );
  });

  it("[CR-71] open under their own label only", () => {
    for (const label of boxLabels) {
      const box = seal(Uint8Array.of(1), label);
      const opening = boxLabels.filter((other) => open(box, other).ok);
      expect(opening).toEqual([label]);
    }
  });

  it("[CR-71] open with their own key and data only", () => {
    const box = seal(Uint8Array.of(1));
    const keyPair = dhkemX25519.deriveKeyPair(new Uint8Array(32).fill(9));
    const label = "welcomeBox";
    expect(kindOf(openBox({ label, keyPair, aad, box }))).toBe("not-opened");
    const other = { label, keyPair: receiver(), aad: box, box } as const;
    expect(kindOf(openBox(other))).toBe("not-opened");
  });

  it("[CR-72] answer bytes that are too short with malformed, others with not-opened", () => {
    for (const length of [0, 1, 31, 32, 47]) {
      expect(kindOf(open(new Uint8Array(length).fill(9)))).toBe("malformed");
    }
    const box = seal(Uint8Array.of(1, 2, 3));
    const mutations = createSeededRandom("box mutations");
    for (let i = 0; i < 60; i++) {
      const damaged = mutateBytes(box, mutations);
      const tooShort = damaged.length < SEALED_BOX_OVERHEAD;
      // X25519 ignores the top bit of a key, but the secret is bound to enc as it was sent.
      expect(kindOf(open(damaged))).toBe(tooShort ? "malformed" : "not-opened");
    }
  });

  it("[CR-72] answer a weak key with weak-point", () => {
    const sealing = { label: "stewardBox", aad, plaintext: aad } as const;
    for (const publicKey of [new Uint8Array(32), new Uint8Array(31)]) {
      const sealed = sealBox({ ...sealing, publicKey, random: random.bytes });
      expect(kindOf(sealed)).toBe("weak-point");
    }
  });
});
