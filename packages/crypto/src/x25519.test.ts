import { x25519 as nobleX25519 } from "@noble/curves/ed25519.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { InvariantError } from "@halqa/bytes";
import {
  isX25519PublicKey,
  ready,
  x25519,
  x25519PublicKey,
} from "@halqa/crypto";
import edge from "../../../docs/vectors/crypto/x25519-edge.json" with { type: "json" };
import vectors from "../../../docs/vectors/crypto/x25519.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";

beforeAll(() => ready);

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
const weak = { ok: false, error: { kind: "weak-point" } };

function shared(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const result = x25519(secretKey, publicKey);
  if (!result.ok) throw new Error(result.error.kind);
  return result.value;
}

describe("X25519", () => {
  it.each(vectors.cases)(
    "[CR-30] agrees with RFC 7748 on $publicKey",
    (vector) => {
      const secretKey = fromHex(vector.secretKey);
      const publicKey = fromHex(vector.publicKey);
      expect(shared(secretKey, publicKey)).toEqual(fromHex(vector.shared));
      expect(nobleX25519.getSharedSecret(secretKey, publicKey)).toEqual(
        fromHex(vector.shared),
      );
    },
  );

  it("[CR-30] agrees with RFC 7748 after one and a thousand iterations", () => {
    const { start, after1, after1000 } = vectors.iterated;
    let k = fromHex(start);
    let u = fromHex(start);
    for (let i = 1; i <= 1000; i++) {
      [k, u] = [shared(k, u), k];
      if (i === 1) expect(k).toEqual(fromHex(after1));
    }
    expect(k).toEqual(fromHex(after1000));
  });

  it("[CR-30] agrees with an independent implementation, and both sides agree", () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        const [publicA, publicB] = [x25519PublicKey(a), x25519PublicKey(b)];
        expect(publicA).toEqual(nobleX25519.getPublicKey(a));
        expect(shared(a, publicB)).toEqual(shared(b, publicA));
        expect(shared(a, publicB)).toEqual(
          nobleX25519.getSharedSecret(a, publicB),
        );
      }),
      { numRuns: 25 },
    );
  });

  it.each(edge.nonCanonical)(
    "[CR-30] takes the non-canonical key $publicKey as RFC 7748 does",
    (vector) => {
      const publicKey = fromHex(vector.publicKey);
      expect(isX25519PublicKey(publicKey)).toBe(true);
      expect(shared(fromHex(vector.secretKey), publicKey)).toEqual(
        fromHex(vector.shared),
      );
    },
  );

  it.each([0, 31, 33])("[CR-3] refuses a secret key of %i bytes", (length) => {
    const secretKey = new Uint8Array(length);
    const publicKey = new Uint8Array(32).fill(9);
    expect(() => x25519PublicKey(secretKey)).toThrow(InvariantError);
    expect(() => x25519(secretKey, publicKey)).toThrow(InvariantError);
  });
});

describe("weak points", () => {
  it.each(edge.lowOrder)("[CR-31] refuses the low-order key %s", (text) => {
    const publicKey = fromHex(text);
    const secretKey = new Uint8Array(32).fill(0x42);
    expect(x25519(secretKey, publicKey)).toEqual(weak);
    expect(isX25519PublicKey(publicKey)).toBe(false);
  });

  it.each([0, 1, 31, 33, 64])(
    "[CR-31] refuses a public key of %i bytes",
    (length) => {
      const publicKey = new Uint8Array(length).fill(9);
      expect(x25519(new Uint8Array(32).fill(1), publicKey)).toEqual(weak);
      expect(isX25519PublicKey(publicKey)).toBe(false);
    },
  );

  it("[CR-32] calls a key good exactly when an agreement with it works", () => {
    // Values next to 0, p and 2^255, where the weak ones are; both states of the ignored top bit.
    const near = fc
      .tuple(fc.constantFrom(0x00, 0xff), fc.nat(255), fc.constantFrom(0, 128))
      .map(([fill, low, top]) => {
        const u = new Uint8Array(32).fill(fill);
        u[0] = low;
        u[31] = (fill & 0x7f) | top;
        return u;
      });
    fc.assert(
      fc.property(keys, fc.oneof(keys, near), (secretKey, publicKey) => {
        expect(isX25519PublicKey(publicKey)).toBe(
          x25519(secretKey, publicKey).ok,
        );
      }),
      { numRuns: 300 },
    );
  });
});
