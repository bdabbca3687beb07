import { argon2id } from "@noble/hashes/argon2.js";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { encodeUtf8, InvariantError } from "@halqa/bytes";
import {
  ARGON2ID_CEILING,
  ARGON2ID_DEFAULT,
  ARGON2ID_FLOOR,
  checkArgon2idParameters,
  deriveArgon2id,
  ready,
  type Argon2idParameters,
} from "@halqa/crypto";
import vectors from "../../../docs/vectors/crypto/argon2id.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";
import { kindOf, valueOf } from "../testing/outcome.ts";
import { runArgon2id } from "./argon2id.ts";
import { sodium } from "./sodium.ts";

beforeAll(() => ready);

const passphrase = encodeUtf8("correct horse battery staple");
const salt = new Uint8Array(16).fill(3);
const MiB = 1024;

function derive(parameters: Argon2idParameters) {
  return deriveArgon2id({ passphrase, salt, parameters });
}

describe("vectors", () => {
  it("[CR-90] the independent implementation agrees with RFC 9106", () => {
    const { rfc } = vectors;
    const hash = argon2id(fromHex(rfc.password), fromHex(rfc.salt), {
      t: rfc.passes,
      m: rfc.memoryKiB,
      p: rfc.lanes,
      dkLen: 32,
      key: fromHex(rfc.secret),
      personalization: fromHex(rfc.associatedData),
    });
    expect(hash).toEqual(fromHex(rfc.hash));
  });

  it.each(vectors.cases)(
    "[CR-90] both agree at $memoryKiB KiB and $passes passes",
    (vector) => {
      const secret = fromHex(vector.passphrase);
      const { passes, memoryKiB } = vector;
      const hash = fromHex(vector.hash);
      const result = runArgon2id({
        passphrase: secret,
        salt: fromHex(vector.salt),
        parameters: { passes, memoryKiB },
        length: hash.length,
      });
      expect(valueOf(result)).toEqual(hash);
      expect(
        argon2id(secret, fromHex(vector.salt), {
          t: passes,
          m: memoryKiB,
          p: 1,
          dkLen: hash.length,
        }),
      ).toEqual(hash);
    },
  );

  it("[CR-90] both agree at the floor", () => {
    const { passes: t, memoryKiB: m } = ARGON2ID_FLOOR;
    expect(valueOf(derive(ARGON2ID_FLOOR))).toEqual(
      argon2id(passphrase, salt, { t, m, p: 1, dkLen: 32 }),
    );
  });
});

describe("limits", () => {
  it("[CR-91] the floor is two passes over 19 MiB, the default RFC 9106's second choice", () => {
    expect(ARGON2ID_FLOOR).toEqual({ passes: 2, memoryKiB: 19 * MiB });
    expect(ARGON2ID_DEFAULT).toEqual({ passes: 3, memoryKiB: 64 * MiB });
    expect(checkArgon2idParameters(ARGON2ID_FLOOR)).toBeUndefined();
    expect(checkArgon2idParameters(ARGON2ID_DEFAULT)).toBeUndefined();
  });

  it.each([
    { passes: 1, memoryKiB: 8 },
    { passes: 0, memoryKiB: 0 },
    { passes: 1, memoryKiB: 1024 * MiB },
    { passes: 16, memoryKiB: 19 * MiB - 1 },
    { passes: -3, memoryKiB: 64 * MiB },
    { passes: Number.NaN, memoryKiB: 64 * MiB },
    { passes: 3, memoryKiB: Number.NaN },
    { passes: Number.POSITIVE_INFINITY, memoryKiB: 64 * MiB },
    { passes: 2.5, memoryKiB: 64 * MiB },
    { passes: 3, memoryKiB: 64 * MiB + 0.5 },
  ])("[CR-91] refuses $passes passes over $memoryKiB KiB", (parameters) => {
    expect(kindOf(derive(parameters))).toBe("below-floor");
  });

  it.each([
    { passes: 17, memoryKiB: 19 * MiB },
    { passes: 2, memoryKiB: 1024 * MiB + 1 },
    { passes: 5, memoryKiB: 1024 * MiB },
    { passes: 16, memoryKiB: 256 * MiB + 1 },
    { passes: 0xffffffff, memoryKiB: 0xffffffff },
  ])("[CR-92] refuses $passes passes over $memoryKiB KiB", (parameters) => {
    const run = vi.spyOn(sodium, "crypto_pwhash");
    try {
      expect(kindOf(derive(parameters))).toBe("above-ceiling");
      expect(run).not.toHaveBeenCalled();
    } finally {
      run.mockRestore();
    }
  });

  it("[CR-92] takes the ceiling of each, and of their product", () => {
    const { passes, memoryKiB } = ARGON2ID_CEILING;
    const atCeiling = [
      { passes: 4, memoryKiB },
      { passes, memoryKiB: 256 * MiB },
    ];
    for (const parameters of atCeiling) {
      expect(checkArgon2idParameters(parameters)).toBeUndefined();
    }
  });

  it("[CR-93] answers missing memory with an outcome", () => {
    const run = vi.spyOn(sodium, "crypto_pwhash").mockImplementation(() => {
      throw new Error("invalid usage");
    });
    try {
      expect(kindOf(derive(ARGON2ID_FLOOR))).toBe("out-of-memory");
    } finally {
      run.mockRestore();
    }
  });

  it.each([0, 8, 15, 17, 32])("[CR-3] refuses a salt of %i bytes", (length) => {
    const parameters = ARGON2ID_FLOOR;
    const short = new Uint8Array(length);
    expect(() =>
      deriveArgon2id({ passphrase, salt: short, parameters }),
    ).toThrow(InvariantError);
  });
});
