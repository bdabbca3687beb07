import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { hmacSha256, ready, verifyHmacSha256 } from "@halqa/crypto";
import vectors from "../../../docs/vectors/crypto/hmac.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";

beforeAll(() => ready);

const bytes = fc.uint8Array({ maxLength: 200 });

describe("HMAC-SHA-256", () => {
  it.each(vectors.cases)(
    "[CR-11] agrees with RFC 4231 on $data",
    ({ key, data, tag }) => {
      const expected = fromHex(tag);
      const cut = (full: Uint8Array) => full.subarray(0, expected.length);
      expect(cut(hmacSha256(fromHex(key), fromHex(data)))).toEqual(expected);
      expect(cut(nobleHmac(nobleSha256, fromHex(key), fromHex(data)))).toEqual(
        expected,
      );
    },
  );

  it.each([0, 1, 31, 32, 33, 63, 64, 65, 200])(
    "[CR-11] takes a key of %i bytes",
    (length) => {
      const key = new Uint8Array(length).fill(0xa5);
      const data = Uint8Array.of(1, 2, 3);
      expect(hmacSha256(key, data)).toEqual(nobleHmac(nobleSha256, key, data));
    },
  );

  it("[CR-11] agrees with an independent implementation", () => {
    fc.assert(
      fc.property(bytes, bytes, (key, data) => {
        expect(hmacSha256(key, data)).toEqual(
          nobleHmac(nobleSha256, key, data),
        );
      }),
    );
  });

  it("[CR-12] verifies its own tag and no other", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(255), (key, data, bit) => {
        const tag = hmacSha256(key, data);
        expect(verifyHmacSha256(key, data, tag)).toBe(true);
        const changed = tag.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(verifyHmacSha256(key, data, changed)).toBe(false);
      }),
    );
  });

  it.each([0, 1, 16, 31, 33, 64])(
    "[CR-12] refuses a tag of %i bytes",
    (length) => {
      const key = new Uint8Array(32);
      const tag = new Uint8Array(length);
      tag.set(hmacSha256(key, key).subarray(0, length));
      expect(verifyHmacSha256(key, key, tag)).toBe(false);
    },
  );
});
