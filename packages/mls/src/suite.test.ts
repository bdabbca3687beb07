import { encodeUtf8 } from "@halqa/bytes";
import { ed25519PublicKey, ed25519Sign, ready } from "@halqa/crypto";
import { beforeAll, expect, it } from "vitest";
import { suite3 } from "./suite.ts";
import { suite1 } from "./testing/suite1.ts";

beforeAll(() => ready);

const message = encodeUtf8("message");

it("[ML-121] runs suite 0x0003, and another AEAD is another value", () => {
  expect(suite3).toMatchObject({ id: 3, hashLength: 32 });
  expect([suite3.kem.id, suite3.aead.id]).toEqual([0x0020, 0x0003]);
  expect([suite1.kem.id, suite1.aead.id]).toEqual([0x0020, 0x0001]);
});

it("[ML-122] signs with the bytes of the seed, also when its array was overwritten since", () => {
  const seed = new Uint8Array(32).fill(1);
  const other = new Uint8Array(32).fill(2);
  expect(suite3.sign(seed, message)).toEqual(ed25519Sign(seed, message));
  expect(suite3.sign(seed, message)).toEqual(ed25519Sign(seed, message));
  seed.set(other);
  expect(suite3.sign(seed, message)).toEqual(ed25519Sign(other, message));
  expect(
    suite3.verify(
      suite3.signaturePublicKey(other),
      message,
      suite3.sign(seed, message),
    ),
  ).toBe(true);
});

it("[ML-122] shows the public key of the bytes of the seed, each time in an array of its own", () => {
  const seed = new Uint8Array(32).fill(1);
  const shown = suite3.signaturePublicKey(seed);
  expect(shown).toEqual(ed25519PublicKey(seed));
  shown.fill(0);
  expect(suite3.signaturePublicKey(seed)).toEqual(ed25519PublicKey(seed));
  seed.fill(2);
  expect(suite3.signaturePublicKey(seed)).toEqual(ed25519PublicKey(seed));
  const signature = suite3.sign(seed, message);
  expect(suite3.verify(ed25519PublicKey(seed), message, signature)).toBe(true);
});

it("[ML-121] answers false for signatures and keys of any length, and does not throw", () => {
  const publicKey = suite3.signaturePublicKey(new Uint8Array(32).fill(3));
  for (const length of [0, 1, 31, 32, 33, 63, 64, 65, 1000]) {
    const bytes = new Uint8Array(length).fill(0xff);
    expect(suite3.verify(publicKey, message, bytes)).toBe(false);
    expect(suite3.verify(bytes, message, new Uint8Array(64))).toBe(false);
    expect(suite3.isSignatureKey(bytes)).toBe(false);
    expect(suite3.kem.isPublicKey(bytes)).toBe(length === 32);
  }
});
