import { chacha20poly1305, xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { concatBytes, InvariantError } from "@halqa/bytes";
import {
  chacha20Poly1305,
  ready,
  xchacha20Poly1305,
  type Aead,
} from "@halqa/crypto";
import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import vectors from "../../../docs/vectors/crypto/aead.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";

beforeAll(() => ready);

const subjects = [
  { aead: chacha20Poly1305, peer: chacha20poly1305, nonceLength: 12, id: 3 },
  {
    aead: xchacha20Poly1305,
    peer: xchacha20poly1305,
    nonceLength: 24,
    id: 0xff03,
  },
];
const bytes = fc.uint8Array({ maxLength: 200 });
const notOpened = { ok: false, error: { kind: "not-opened" } };

function exactly(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function flip(from: Uint8Array, bit: number): Uint8Array {
  const changed = from.slice();
  changed[(bit >> 3) % from.length]! ^= 1 << (bit & 7);
  return changed;
}

describe("published vectors", () => {
  it.each(vectors.cases)("[CR-40] $aead agrees on $nonce", (vector) => {
    permitNonceReuse("a published vector, sealed by both implementations");
    const { aead, peer } = subjects.find((s) => s.aead.name === vector.aead)!;
    const key = fromHex(vector.key);
    const nonce = fromHex(vector.nonce);
    const aad = fromHex(vector.aad);
    const plaintext = fromHex(vector.plaintext);
    const ciphertext = fromHex(vector.ciphertext + vector.tag);
    expect(aead.seal({ key, nonce, aad, plaintext })).toEqual(ciphertext);
    expect(peer(key, nonce, aad).encrypt(plaintext)).toEqual(ciphertext);
    const opened = aead.open({ key, nonce, aad, ciphertext });
    expect(opened).toEqual({ ok: true, value: plaintext });
  });
});

describe.each(subjects)("$aead.name", ({ aead, peer, nonceLength, id }) => {
  const inputs = fc.record({
    key: exactly(32),
    nonce: exactly(nonceLength),
    aad: bytes,
    plaintext: bytes,
  });
  const sample = {
    key: new Uint8Array(32).fill(1),
    nonce: new Uint8Array(nonceLength).fill(2),
    aad: Uint8Array.of(3),
    plaintext: Uint8Array.of(4, 5, 6),
  };

  it("[CR-40] states its lengths and its HPKE identifier", () => {
    const { keyLength, tagLength } = aead;
    expect([keyLength, aead.nonceLength, tagLength, aead.id]).toEqual([
      32,
      nonceLength,
      16,
      id,
    ]);
  });

  it("[CR-40] agrees with an independent implementation", () => {
    permitNonceReuse("the generator of inputs repeats small values");
    fc.assert(
      fc.property(inputs, ({ key, nonce, aad, plaintext }) => {
        const ciphertext = aead.seal({ key, nonce, aad, plaintext });
        expect(ciphertext).toEqual(peer(key, nonce, aad).encrypt(plaintext));
        const opened = aead.open({ key, nonce, aad, ciphertext });
        expect(opened).toEqual({ ok: true, value: plaintext });
      }),
    );
  });

  it("[CR-41] opens nothing once a bit of key, nonce, data or ciphertext is changed", () => {
    permitNonceReuse("the generator of inputs repeats small values");
    fc.assert(
      fc.property(inputs, fc.nat(2 ** 16), (input, bit) => {
        const { key, nonce, plaintext } = input;
        const aad = concatBytes(input.aad, Uint8Array.of(1));
        const ciphertext = aead.seal({ key, nonce, aad, plaintext });
        const good = { key, nonce, aad, ciphertext };
        expect(aead.open(good).ok).toBe(true);
        for (const field of ["key", "nonce", "aad", "ciphertext"] as const) {
          const bad = { ...good, [field]: flip(good[field], bit) };
          expect(aead.open(bad)).toEqual(notOpened);
        }
      }),
    );
  });

  it("[CR-41] answers any bytes with an outcome, too few of them with malformed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (ciphertext) => {
        const { key, nonce, aad } = sample;
        expect(aead.open({ key, nonce, aad, ciphertext })).toEqual({
          ok: false,
          error: { kind: ciphertext.length < 16 ? "malformed" : "not-opened" },
        });
      }),
    );
  });

  it("[CR-41] seals and opens nothing at all", () => {
    const empty = new Uint8Array();
    const ciphertext = aead.seal({ ...sample, aad: empty, plaintext: empty });
    expect(ciphertext.length).toBe(16);
    const opened = aead.open({ ...sample, aad: empty, ciphertext });
    expect(opened).toEqual({ ok: true, value: empty });
  });

  it("[CR-3] throws on a key or nonce of another length, and says nothing of its content", () => {
    for (const wrong of wrongLengths(aead)) {
      const sealing = { ...sample, ...wrong };
      const opening = { ...sealing, ciphertext: new Uint8Array(40) };
      expect(() => aead.seal(sealing)).toThrow(InvariantError);
      expect(() => aead.open(opening)).toThrow(InvariantError);
      expect(() => aead.seal(sealing)).toThrow(
        new RegExp(`^${aead.name}: wrong (key|nonce) length$`),
      );
    }
  });
});

function wrongLengths(
  aead: Aead,
): readonly { key?: Uint8Array; nonce?: Uint8Array }[] {
  return [-1, 1].flatMap((d) => [
    { key: new Uint8Array(aead.keyLength + d).fill(0xee) },
    { nonce: new Uint8Array(aead.nonceLength + d).fill(0xee) },
  ]);
}
