import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes } from "@halqa/bytes";
import {
  chacha20Poly1305,
  dhkemX25519,
  hpkeSeal,
  ready,
  sealBox,
  sealChunk,
  sealEnvelope,
  startSealing,
  xchacha20Poly1305,
} from "@halqa/crypto";
import {
  beginNonceWatch,
  endNonceWatch,
  permitNonceReuse,
} from "@halqa/crypto/nonce-watch";
import { createSeededRandom } from "@halqa/testkit";
import { watchSeals } from "./nonce-watch.ts";

beforeAll(() => ready);
afterEach(() => watchSeals(undefined));

const key = new Uint8Array(32).fill(1);
const nonce = new Uint8Array(24).fill(2);
const aad = new Uint8Array();

function seal(plaintext: number, withNonce = nonce): void {
  xchacha20Poly1305.seal({
    key,
    nonce: withNonce,
    aad,
    plaintext: Uint8Array.of(plaintext),
  });
}

describe("the watch over nonces", () => {
  it("[CR-43] sees a pair that seals twice", () => {
    beginNonceWatch();
    seal(1);
    seal(2);
    expect(endNonceWatch).toThrow("a (key, nonce) pair has sealed twice");
  });

  it("[CR-43] points at the sealing that came second", () => {
    beginNonceWatch();
    seal(1);
    function sealAgain(): void {
      seal(2);
    }
    sealAgain();
    let stack = "";
    try {
      endNonceWatch();
    } catch (error) {
      if (error instanceof Error) stack = error.stack ?? "";
    }
    expect(stack).toContain("sealAgain");
  });

  it("[CR-43] is silent about different nonces, and about opening", () => {
    beginNonceWatch();
    seal(1);
    seal(1, new Uint8Array(24).fill(3));
    const ciphertext = new Uint8Array(20);
    xchacha20Poly1305.open({ key, nonce, aad, ciphertext });
    xchacha20Poly1305.open({ key, nonce, aad, ciphertext });
    expect(endNonceWatch).not.toThrow();
  });

  it("[CR-43] begins anew with each world", () => {
    beginNonceWatch();
    seal(1);
    beginNonceWatch();
    seal(2);
    expect(endNonceWatch).not.toThrow();
  });

  it("[CR-43] lets a test that gives its reason, and no other", () => {
    beginNonceWatch();
    permitNonceReuse("this test shows what is permitted");
    seal(1);
    seal(2);
    expect(endNonceWatch).not.toThrow();
    beginNonceWatch();
    seal(1);
    seal(2);
    expect(endNonceWatch).toThrow();
    expect(() => permitNonceReuse(" ")).toThrow();
  });

  it("[CR-43] is told the digest of key and nonce, and neither of them", () => {
    const told: Uint8Array[] = [];
    watchSeals((pair) => told.push(pair));
    seal(1);
    expect(told).toEqual([sha256(concatBytes(key, nonce))]);
  });

  it("[CR-43] is told by every operation that seals", () => {
    const random = createSeededRandom("watch").bytes;
    const { publicKey } = dhkemX25519.deriveKeyPair(key);
    const plaintext = aad;
    const sealing = { publicKey, aad, plaintext, random };
    const { stream } = startSealing({ key, context: aad, random });
    const operations = [
      () =>
        chacha20Poly1305.seal({ key, nonce: nonce.slice(12), aad, plaintext }),
      () => xchacha20Poly1305.seal({ key, nonce, aad, plaintext }),
      () =>
        hpkeSeal(
          { kem: dhkemX25519, aead: chacha20Poly1305 },
          { ...sealing, info: aad },
        ),
      () => sealBox({ ...sealing, label: "welcomeBox" }),
      () => sealEnvelope({ key, logId: key, message: aad, random }),
      () => sealChunk(stream, { plaintext, final: false }),
    ];
    const told: Uint8Array[] = [];
    watchSeals((pair) => told.push(pair));
    for (const [i, operation] of operations.entries()) {
      operation();
      expect(told.length).toBe(i + 1);
    }
    for (const pair of told) {
      expect(told.filter((other) => equalBytes(other, pair)).length).toBe(1);
    }
  });

  it("[CR-43] sees a stream that goes on twice from one state", () => {
    const random = createSeededRandom("fork").bytes;
    const { stream } = startSealing({ key, context: aad, random });
    beginNonceWatch();
    sealChunk(stream, { plaintext: Uint8Array.of(1), final: false });
    sealChunk(stream, { plaintext: Uint8Array.of(2), final: false });
    expect(endNonceWatch).toThrow();
    beginNonceWatch();
    const first = sealChunk(stream, { plaintext: aad, final: false });
    sealChunk(first.stream, { plaintext: aad, final: true });
    expect(endNonceWatch).not.toThrow();
  });
});
