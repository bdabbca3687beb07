import { x25519 as nobleX25519 } from "@noble/curves/ed25519.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { InvariantError } from "@halqa/bytes";
import { dhkemX25519, ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import edge from "../../../docs/vectors/crypto/x25519-edge.json" with { type: "json" };
import vector from "../../../docs/vectors/crypto/hpke.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";
import { agree, deriveSecretKey } from "../testing/hpke-oracle.ts";
import { kindOf, valueOf } from "../testing/outcome.ts";

beforeAll(() => ready);

const seeds = fc.uint8Array({ minLength: 32, maxLength: 64 });

describe("DHKEM(X25519, HKDF-SHA256)", () => {
  it("[CR-50] derives the RFC 9180 key pairs", () => {
    for (const [ikm, pk, sk] of [
      [vector.ikmE, vector.pkEm, vector.skEm],
      [vector.ikmR, vector.pkRm, vector.skRm],
    ] as const) {
      expect(dhkemX25519.deriveKeyPair(fromHex(ikm))).toEqual({
        publicKey: fromHex(pk),
        secretKey: fromHex(sk),
      });
      expect(deriveSecretKey(fromHex(ikm))).toEqual(fromHex(sk));
    }
  });

  it("[CR-50] encapsulates and decapsulates the RFC 9180 secret", () => {
    const keyPair = dhkemX25519.deriveKeyPair(fromHex(vector.ikmR));
    const sent = valueOf(
      dhkemX25519.encap(keyPair.publicKey, () => fromHex(vector.ikmE)),
    );
    expect(sent.enc).toEqual(fromHex(vector.enc));
    expect(sent.sharedSecret).toEqual(fromHex(vector.shared_secret));
    expect(valueOf(dhkemX25519.decap(sent.enc, keyPair))).toEqual(
      fromHex(vector.shared_secret),
    );
  });

  it("[CR-50] agrees with an independent implementation from both sides", () => {
    fc.assert(
      fc.property(seeds, fc.integer(), (ikm, seed) => {
        const receiver = dhkemX25519.deriveKeyPair(ikm);
        expect(receiver.secretKey).toEqual(deriveSecretKey(ikm));
        expect(receiver.publicKey).toEqual(
          nobleX25519.getPublicKey(receiver.secretKey),
        );
        const random = createSeededRandom(seed).bytes;
        const { enc, sharedSecret } = valueOf(
          dhkemX25519.encap(receiver.publicKey, random),
        );
        expect(valueOf(dhkemX25519.decap(enc, receiver))).toEqual(sharedSecret);
        expect(
          agree({
            secretKey: receiver.secretKey,
            peer: enc,
            enc,
            receiver: receiver.publicKey,
          }),
        ).toEqual(sharedSecret);
      }),
      { numRuns: 15 },
    );
  });

  it("[CR-51] states its own lengths, which its values keep to", () => {
    const keyPair = dhkemX25519.deriveKeyPair(
      new Uint8Array(dhkemX25519.seedLength),
    );
    const random = createSeededRandom(1).bytes;
    const { enc, sharedSecret } = valueOf(
      dhkemX25519.encap(keyPair.publicKey, random),
    );
    expect(keyPair.publicKey.length).toBe(dhkemX25519.publicKeyLength);
    expect(keyPair.secretKey.length).toBe(dhkemX25519.secretKeyLength);
    expect(enc.length).toBe(dhkemX25519.encLength);
    expect(sharedSecret.length).toBe(dhkemX25519.secretLength);
    expect(dhkemX25519.id).toBe(0x0020);
  });

  it.each(edge.lowOrder)("[CR-52] refuses the low-order key %s", (text) => {
    const weak = fromHex(text);
    const keyPair = dhkemX25519.deriveKeyPair(new Uint8Array(32).fill(5));
    const random = createSeededRandom(2).bytes;
    expect(kindOf(dhkemX25519.encap(weak, random))).toBe("weak-point");
    expect(kindOf(dhkemX25519.decap(weak, keyPair))).toBe("weak-point");
    expect(dhkemX25519.isPublicKey(weak)).toBe(false);
  });

  it.each([0, 31, 33, 1000])(
    "[CR-52] refuses a key and an encapsulation of %i bytes",
    (length) => {
      const bytes = new Uint8Array(length).fill(9);
      const keyPair = dhkemX25519.deriveKeyPair(new Uint8Array(32).fill(5));
      const random = createSeededRandom(3).bytes;
      expect(kindOf(dhkemX25519.encap(bytes, random))).toBe("weak-point");
      expect(kindOf(dhkemX25519.decap(bytes, keyPair))).toBe("weak-point");
      expect(dhkemX25519.isPublicKey(bytes)).toBe(false);
    },
  );

  it("[CR-3] throws on a short seed and on a secret key of another length", () => {
    const short = new Uint8Array(31).fill(1);
    const publicKey = new Uint8Array(32).fill(9);
    expect(() => dhkemX25519.deriveKeyPair(short)).toThrow(InvariantError);
    expect(() =>
      dhkemX25519.decap(publicKey, { publicKey, secretKey: short }),
    ).toThrow(InvariantError);
  });
});
