import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ready, sha256 } from "@halqa/crypto";
import vectors from "../../../docs/vectors/crypto/sha256.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";

beforeAll(() => ready);

describe("SHA-256", () => {
  it.each(vectors.cases)(
    "[CR-10] agrees with FIPS 180 on $message",
    ({ message, hash }) => {
      expect(sha256(fromHex(message))).toEqual(fromHex(hash));
      expect(nobleSha256(fromHex(message))).toEqual(fromHex(hash));
    },
  );

  it("[CR-10] agrees with an independent implementation", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(sha256(data)).toEqual(nobleSha256(data));
      }),
    );
  });

  it("[CR-10] reads a view at an offset and leaves it alone", () => {
    const whole = Uint8Array.of(9, 1, 2, 3, 9);
    expect(sha256(whole.subarray(1, 4))).toEqual(
      sha256(Uint8Array.of(1, 2, 3)),
    );
    expect(whole).toEqual(Uint8Array.of(9, 1, 2, 3, 9));
  });
});
