import { blake2b as nobleBlake2b } from "@noble/hashes/blake2.js";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { InvariantError } from "@halqa/bytes";
import { blake2b, ready } from "@halqa/crypto";
import vectors from "../../../docs/vectors/crypto/blake2b.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";

beforeAll(() => ready);

describe("BLAKE2b", () => {
  it.each(vectors.cases)(
    "[CR-15] agrees with the known answer for $message",
    (vector) => {
      const [message, key] = [fromHex(vector.message), fromHex(vector.key)];
      const hash = fromHex(vector.hash);
      expect(blake2b({ key, length: 64 }, message)).toEqual(hash);
      expect(nobleBlake2b(message, { key, dkLen: 64 })).toEqual(hash);
    },
  );

  it("[CR-15] agrees with an independent implementation", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(fc.uint8Array({ minLength: 16, maxLength: 64 })),
        fc.integer({ min: 16, max: 64 }),
        (data, key, length) => {
          const keyed = key === null ? {} : { key };
          expect(blake2b({ ...keyed, length }, data)).toEqual(
            nobleBlake2b(data, { ...keyed, dkLen: length }),
          );
        },
      ),
    );
  });

  it.each([0, 15, 65, 1.5, Number.NaN])(
    "[CR-15] refuses an output of %d bytes",
    (length) => {
      expect(() => blake2b({ length }, new Uint8Array())).toThrow(
        InvariantError,
      );
    },
  );

  it.each([0, 15, 65])("[CR-15] refuses a key of %i bytes", (length) => {
    const key = new Uint8Array(length);
    expect(() => blake2b({ key, length: 32 }, key)).toThrow(InvariantError);
  });
});
