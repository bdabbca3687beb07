import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { InvariantError } from "@halqa/bytes";
import { hkdfExpand, hkdfExtract, ready } from "@halqa/crypto";
import vectors from "../../../docs/vectors/crypto/hkdf.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";

beforeAll(() => ready);

const MAX = 255 * 32;
const prk = new Uint8Array(32).fill(7);
const info = Uint8Array.of(1, 2, 3);

describe("HKDF-SHA-256", () => {
  it.each(vectors.cases)(
    "[CR-13] agrees with RFC 5869, salt $salt",
    (vector) => {
      const [salt, ikm] = [fromHex(vector.salt), fromHex(vector.ikm)];
      const expected = fromHex(vector.okm);
      const context = fromHex(vector.info);
      expect(hkdfExtract(salt, ikm)).toEqual(fromHex(vector.prk));
      expect(extract(nobleSha256, ikm, salt)).toEqual(fromHex(vector.prk));
      expect(hkdfExpand(fromHex(vector.prk), context, vector.length)).toEqual(
        expected,
      );
      expect(
        expand(nobleSha256, fromHex(vector.prk), context, vector.length),
      ).toEqual(expected);
    },
  );

  it("[CR-13] agrees with an independent implementation", () => {
    const bytes = fc.uint8Array({ maxLength: 150 });
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 1, max: 200 }), (a, b, n) => {
        const key = hkdfExtract(a, b);
        expect(key).toEqual(extract(nobleSha256, b, a));
        expect(hkdfExpand(key, a, n)).toEqual(expand(nobleSha256, key, a, n));
      }),
    );
  });

  it.each([1, 31, 32, 33, 64, 65, MAX])("[CR-13] expands to %i bytes", (n) => {
    expect(hkdfExpand(prk, info, n)).toEqual(expand(nobleSha256, prk, info, n));
  });

  it.each([0, -1, 1.5, Number.NaN, MAX + 1])(
    "[CR-14] refuses to expand to %d bytes",
    (n) => {
      expect(() => hkdfExpand(prk, info, n)).toThrow(InvariantError);
    },
  );

  it("[CR-14] refuses a pseudorandom key shorter than the hash", () => {
    expect(() => hkdfExpand(prk.subarray(1), info, 32)).toThrow(InvariantError);
  });
});
