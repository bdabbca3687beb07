import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  concatBytes,
  encodeUtf8,
  equalBytes,
  InvariantError,
  ok,
} from "@halqa/bytes";
import {
  ENVELOPE_SIZES,
  envelopeCapacity,
  envelopeNonce,
  openEnvelope,
  padMessage,
  ready,
  restoreEnvelope,
  sealEnvelope,
  xchacha20Poly1305,
  type EnvelopeSize,
} from "@halqa/crypto";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { kindOf, valueOf } from "../testing/outcome.ts";

beforeAll(() => ready);

const random = createSeededRandom("envelope");
const logId = random.bytes(32);
const key = random.bytes(32);
const older = random.bytes(32);
const oldest = random.bytes(32);
const unknown = random.bytes(32);

function seal(message: Uint8Array, withKey = key): Uint8Array {
  return valueOf(
    sealEnvelope({ key: withKey, logId, message, random: random.bytes }),
  );
}

function open(body: Uint8Array, keys: readonly Uint8Array[] = [key]) {
  return openEnvelope({ keys, logId, body });
}

describe("a body that was kept as its message", () => {
  it("[CR-107] is made again to the byte, in every size", () => {
    for (const length of [0, 3_796, 3_797, 65_236]) {
      const message = random.bytes(length);
      const body = seal(message);
      const nonce = envelopeNonce(body);
      const isSame = (made: Uint8Array): boolean => equalBytes(made, body);
      const kept = { key, logId, message, nonce, isSame };
      expect(restoreEnvelope(kept)).toEqual(body);
      for (const other of [
        { key: older },
        { logId: random.bytes(32) },
        { nonce: random.bytes(24) },
        { nonce: nonce.subarray(1) },
        { message: random.bytes(length + 1) },
        { message: random.bytes(65_237) },
        { isSame: () => false },
      ])
        expect(restoreEnvelope({ ...kept, ...other })).toBeUndefined();
    }
  });
});

// What only a member could make: well sealed, but not what sealEnvelope writes.
function sealRaw(padded: Uint8Array): Uint8Array {
  const nonce = random.bytes(24);
  const aad = concatBytes(encodeUtf8("halqa/v1/entry"), logId);
  return concatBytes(
    nonce,
    xchacha20Poly1305.seal({ key, nonce, aad, plaintext: padded }),
  );
}

describe("sizes", () => {
  it("[CR-80] are a frame of 4, 16 and 64 KiB less 256 bytes", () => {
    expect(ENVELOPE_SIZES).toEqual(
      [4096, 16_384, 65_536].map((frame) => frame - 256),
    );
  });

  it.each<[EnvelopeSize, number]>([
    [3_840, 3_796],
    [16_128, 16_084],
    [65_280, 65_236],
  ])("[CR-80] of %i bytes hold %i", (size, capacity) => {
    expect(envelopeCapacity(size)).toBe(capacity);
  });

  it.each([
    [0, 3_840],
    [1, 3_840],
    [3_796, 3_840],
    [3_797, 16_128],
    [16_084, 16_128],
    [16_085, 65_280],
    [65_236, 65_280],
  ])("[CR-81] a message of %i bytes takes %i", (length, size) => {
    const message = random.bytes(length);
    const body = seal(message);
    expect(body.length).toBe(size);
    expect(open(body)).toEqual(ok({ message, keyIndex: 0 }));
  });

  it("[CR-81] a message of one byte more is an outcome", () => {
    const message = new Uint8Array(65_237);
    expect(sealEnvelope({ key, logId, message, random: random.bytes })).toEqual(
      { ok: false, error: { kind: "too-large", capacity: 65_236 } },
    );
  });
});

describe("the format", () => {
  it("[CR-82] is nonce, then XChaCha20-Poly1305 of the padded message, bound to label and log", () => {
    const message = Uint8Array.of(1, 2, 3);
    const body = seal(message);
    const aad = concatBytes(encodeUtf8("halqa/v1/entry"), logId);
    const padded = xchacha20poly1305(key, body.subarray(0, 24), aad).decrypt(
      body.subarray(24),
    );
    expect(padded).toEqual(padMessage(message, 3_800));
  });

  it("[CR-82] shows nothing but its size", () => {
    // Same message, same key: no byte position keeps its value over many envelopes.
    const message = new Uint8Array(10);
    const bodies = Array.from({ length: 24 }, () => seal(message));
    const first = bodies[0]!;
    for (let i = 0; i < first.length; i++) {
      const constant = bodies.every((body) => body[i] === first[i]);
      expect(constant).toBe(false);
    }
  });

  it("[CR-82] opens in no other log", () => {
    const body = seal(Uint8Array.of(1));
    for (const bit of [0, 100, 255]) {
      const other = logId.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      const result = openEnvelope({ keys: [key], logId: other, body });
      expect(kindOf(result)).toBe("not-opened");
    }
  });

  it("[CR-82] takes a message in a larger size than it needs", () => {
    const message = Uint8Array.of(5, 6);
    const body = sealRaw(padMessage(message, 16_088));
    expect(open(body)).toEqual(ok({ message, keyIndex: 0 }));
  });
});

describe("keys", () => {
  it("[CR-83] are tried in order, and the answer says which opened", () => {
    const keys = [key, older, oldest];
    for (const [keyIndex, each] of keys.entries()) {
      const message = Uint8Array.of(keyIndex);
      expect(open(seal(message, each), keys)).toEqual(
        ok({ message, keyIndex }),
      );
    }
    expect(kindOf(open(seal(Uint8Array.of(9), unknown), keys))).toBe(
      "not-opened",
    );
  });

  it("[CR-83] are four at most, and may be none", () => {
    const body = seal(Uint8Array.of(1));
    expect(kindOf(open(body, []))).toBe("not-opened");
    expect(open(body, [older, oldest, unknown, key]).ok).toBe(true);
    const five = [older, oldest, unknown, older, key];
    expect(() => open(body, five)).toThrow(InvariantError);
  });

  it("[CR-3] and log ids of another length are a bug", () => {
    const message = Uint8Array.of(1);
    const short = key.subarray(1);
    const sealing = { key, logId, message, random: random.bytes };
    expect(() => sealEnvelope({ ...sealing, key: short })).toThrow(
      InvariantError,
    );
    expect(() => sealEnvelope({ ...sealing, logId: short })).toThrow(
      InvariantError,
    );
    const opening = { keys: [key], logId, body: seal(message) };
    expect(() => openEnvelope({ ...opening, keys: [short] })).toThrow(
      InvariantError,
    );
    expect(() => openEnvelope({ ...opening, logId: short })).toThrow(
      InvariantError,
    );
  });
});

describe("outcomes", () => {
  it("[CR-84] call a body of any other length malformed", () => {
    for (const length of [
      0, 24, 40, 44, 3_839, 3_841, 4_096, 16_127, 16_129, 65_279, 65_281,
    ]) {
      expect(kindOf(open(new Uint8Array(length)))).toBe("malformed");
    }
  });

  it("[CR-84] call a body that a key opens and that is badly padded malformed", () => {
    const trailing = padMessage(Uint8Array.of(1), 3_800);
    trailing[3_799] = 1;
    const beyond = padMessage(Uint8Array.of(1), 3_800);
    beyond.set([0, 0, 0x0e, 0xd5]);
    for (const padded of [trailing, beyond]) {
      expect(kindOf(open(sealRaw(padded)))).toBe("malformed");
    }
  });

  it("[CR-84] never open damaged bodies", () => {
    const mutations = createSeededRandom("mutations");
    const body = seal(Uint8Array.of(1, 2, 3));
    for (let i = 0; i < 300; i++) {
      const damaged = mutateBytes(body, mutations);
      const expected = damaged.length === 3_840 ? "not-opened" : "malformed";
      if (equalBytes(damaged, body)) continue;
      const known = ENVELOPE_SIZES.some((size) => size === damaged.length);
      expect(kindOf(open(damaged))).toBe(known ? "not-opened" : expected);
    }
  });

  it("[CR-84] answer any bytes of a right length with not-opened", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const body = createSeededRandom(seed).bytes(3_840);
        expect(kindOf(open(body, [key, older, oldest, unknown]))).toBe(
          "not-opened",
        );
      }),
      { numRuns: 30 },
    );
  });
});
