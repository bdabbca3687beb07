import { ed25519 } from "@noble/curves/ed25519.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { InvariantError } from "@halqa/bytes";
import {
  createEd25519Signer,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  isEd25519PublicKey,
  ready,
} from "@halqa/crypto";
import edge from "../../../docs/vectors/crypto/ed25519-edge.json" with { type: "json" };
import reject from "../../../docs/vectors/crypto/ed25519-reject.json" with { type: "json" };
import vectors from "../../../docs/vectors/crypto/ed25519.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";

beforeAll(() => ready);

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 200 });

// The eight points of small order in every spelling that decodes, canonical or not.
const smallOrderKeys = [
  `01${"00".repeat(31)}`,
  `01${"00".repeat(30)}80`,
  `ec${"ff".repeat(30)}7f`,
  `ec${"ff".repeat(31)}`,
  "00".repeat(32),
  `${"00".repeat(31)}80`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  `ed${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(31)}`,
  `ee${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(31)}`,
];

describe("signing", () => {
  it.each(vectors.cases)(
    "[CR-20] agrees with RFC 8032 on $publicKey",
    (vector) => {
      const [seed, message] = [fromHex(vector.seed), fromHex(vector.message)];
      const [publicKey, signature] = [
        fromHex(vector.publicKey),
        fromHex(vector.signature),
      ];
      expect(ed25519PublicKey(seed)).toEqual(publicKey);
      expect(ed25519Sign(seed, message)).toEqual(signature);
      expect(createEd25519Signer(seed).sign(message)).toEqual(signature);
      expect(ed25519Verify(publicKey, message, signature)).toBe(true);
      expect(ed25519.sign(message, seed)).toEqual(signature);
      expect(isEd25519PublicKey(publicKey)).toBe(true);
    },
  );

  it("[CR-20] agrees with an independent implementation", () => {
    fc.assert(
      fc.property(seeds, messages, (seed, message) => {
        const signer = createEd25519Signer(seed);
        const signature = signer.sign(message);
        expect(signer.publicKey).toEqual(ed25519.getPublicKey(seed));
        expect(signature).toEqual(ed25519.sign(message, seed));
        expect(ed25519Sign(seed, message)).toEqual(signature);
        expect(ed25519Verify(signer.publicKey, message, signature)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it.each([0, 31, 33, 64])("[CR-3] refuses a seed of %i bytes", (length) => {
    const seed = new Uint8Array(length);
    expect(() => ed25519PublicKey(seed)).toThrow(InvariantError);
    expect(() => ed25519Sign(seed, seed)).toThrow(InvariantError);
    expect(() => createEd25519Signer(seed)).toThrow(InvariantError);
  });
});

describe("verifying", () => {
  it("[CR-21] refuses a signature with any bit changed, and of any other message or key", () => {
    fc.assert(
      fc.property(seeds, messages, fc.nat(511), (seed, message, bit) => {
        const { publicKey, sign } = createEd25519Signer(seed);
        const signature = sign(message);
        const changed = signature.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(ed25519Verify(publicKey, message, changed)).toBe(false);
        const longer = Uint8Array.of(...message, 0);
        expect(ed25519Verify(publicKey, longer, signature)).toBe(false);
        const other = ed25519PublicKey(signature.subarray(0, 32));
        expect(ed25519Verify(other, message, signature)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it.each(reject.cases)("[CR-21] refuses: $note", (vector) => {
    expect(
      ed25519Verify(
        fromHex(vector.publicKey),
        fromHex(vector.message),
        fromHex(vector.signature),
      ),
    ).toBe(false);
  });

  it("[CR-21] refuses every key of small order, whatever is signed", () => {
    // With S = 0 and R the key or its negation, one message in a few satisfies the bare equation for such a key.
    for (const key of smallOrderKeys) {
      for (const r of smallOrderKeys) {
        const signature = fromHex(`${r}${"00".repeat(32)}`);
        for (let i = 0; i < 8; i++) {
          const message = Uint8Array.of(i);
          expect(ed25519Verify(fromHex(key), message, signature)).toBe(false);
        }
      }
    }
  });

  it("[CR-21] answers false to keys and signatures of any bytes and length", () => {
    const any = fc.uint8Array({ maxLength: 70 });
    const key = fc.oneof(any, seeds);
    const signature = fc.oneof(
      any,
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
    );
    fc.assert(
      fc.property(key, any, signature, (k, m, s) => {
        expect(ed25519Verify(k, m, s)).toBe(false);
      }),
    );
  });

  it.each(edge.cases)("[CR-22] decides as everywhere else: $note", (vector) => {
    expect(
      ed25519Verify(
        fromHex(vector.publicKey),
        fromHex(vector.message),
        fromHex(vector.signature),
      ),
    ).toBe(vector.verifies);
  });
});

describe("public keys", () => {
  it("[CR-23] takes the key of every seed", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(isEd25519PublicKey(ed25519PublicKey(seed))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it.each(smallOrderKeys)("[CR-23] refuses the small-order key %s", (key) => {
    expect(isEd25519PublicKey(fromHex(key))).toBe(false);
  });

  it("[CR-23] refuses a key of mixed order", () => {
    const small = ed25519.Point.fromHex(smallOrderKeys[8]!);
    const honest = ed25519.Point.fromBytes(
      ed25519PublicKey(new Uint8Array(32).fill(3)),
    );
    const mixed = honest.add(small).toBytes();
    expect(isEd25519PublicKey(honest.toBytes())).toBe(true);
    expect(isEd25519PublicKey(mixed)).toBe(false);
  });

  it("[CR-23] refuses every key of the edge cases", () => {
    const mixedOrSmall = edge.cases.filter(({ note }) => /\bA\b/.test(note));
    expect(mixedOrSmall.length).toBeGreaterThan(6);
    for (const { publicKey } of mixedOrSmall) {
      expect(isEd25519PublicKey(fromHex(publicKey))).toBe(false);
    }
  });

  it("[CR-23] refuses non-canonical spellings, bytes off the curve and other lengths", () => {
    // y = p + 3 .. p + 18 spell points that have a canonical spelling as well.
    for (let low = 0xed; low <= 0xff; low++) {
      for (const top of ["7f", "ff"]) {
        const key = fromHex(`${low.toString(16)}${"ff".repeat(30)}${top}`);
        expect(isEd25519PublicKey(key)).toBe(false);
      }
    }
    // y = 2 is no point of the curve.
    expect(isEd25519PublicKey(fromHex(`02${"00".repeat(31)}`))).toBe(false);
    for (const length of [0, 31, 33, 64]) {
      expect(isEd25519PublicKey(new Uint8Array(length).fill(1))).toBe(false);
    }
  });
});
