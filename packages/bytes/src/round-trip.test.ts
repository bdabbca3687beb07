// One codec that uses every kind of field, and what must hold for any codec made of them.

import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decode,
  encode,
  encodeUtf8,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU64,
  readU8,
  readUtf8,
  readVarint,
  readVector,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVarint,
  writeVector,
  writeVectorOf,
  type Reader,
  type Writer,
} from "./index.ts";

interface Sample {
  readonly u8: number;
  readonly u16: number;
  readonly u32: number;
  readonly u64: bigint;
  readonly varint: number;
  readonly fixed: Uint8Array;
  readonly vector: Uint8Array;
  readonly text: string;
  readonly nodes: readonly (Uint8Array | undefined)[];
  readonly lists: readonly (readonly number[])[];
}

function writeSample(w: Writer, x: Sample): void {
  writeU8(w, x.u8);
  writeU16(w, x.u16);
  writeU32(w, x.u32);
  writeU64(w, x.u64);
  writeVarint(w, x.varint);
  writeBytes(w, x.fixed);
  writeVector(w, x.vector);
  writeVector(w, encodeUtf8(x.text));
  writeVectorOf(w, x.nodes, (inner, node) =>
    writeOptional(inner, node, writeVector),
  );
  writeVectorOf(w, x.lists, (inner, list) =>
    writeVectorOf(inner, list, writeU16),
  );
}

function readSample(r: Reader): Sample {
  return {
    u8: readU8(r),
    u16: readU16(r),
    u32: readU32(r),
    u64: readU64(r),
    varint: readVarint(r),
    fixed: readBytes(r, 4),
    vector: readVector(r),
    text: readUtf8(r),
    nodes: readVectorOf(r, (inner) => readOptional(inner, readVector)),
    lists: readVectorOf(r, (inner) => readVectorOf(inner, readU16)),
  };
}

const encodeSample = (x: Sample): Uint8Array =>
  encode((w) => writeSample(w, x));

const anyVarint = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 30 - 1 }),
  fc.constantFrom(0, 63, 64, 16_383, 16_384, 2 ** 30 - 1),
);
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 70 }),
  fc.constantFrom(63, 64, 300).map((length) => new Uint8Array(length)),
);
const anySample: fc.Arbitrary<Sample> = fc.record({
  u8: fc.integer({ min: 0, max: 2 ** 8 - 1 }),
  u16: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  u32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  varint: anyVarint,
  fixed: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  vector: anyBytes,
  text: fc.string({ unit: "binary" }),
  nodes: fc.array(fc.option(anyBytes, { nil: undefined }), { maxLength: 5 }),
  lists: fc.array(fc.array(fc.integer({ min: 0, max: 65_535 })), {
    maxLength: 5,
  }),
});

describe("a codec", () => {
  it("[BY-14] decodes what it encoded to the same value", () => {
    fc.assert(
      fc.property(anySample, (x) => {
        expect(decode(encodeSample(x), readSample)).toEqual({
          ok: true,
          value: x,
        });
      }),
    );
  });

  it("[BY-14] accepts damaged bytes only where they are the one encoding of another value", () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(anySample, fc.nat(), (x, seed) => {
        const random = createSeededRandom(seed);
        for (let i = 0; i < 8; i++) {
          const damaged = mutateBytes(encodeSample(x), random);
          const result = decode(damaged, readSample);
          if (result.ok) {
            accepted += 1;
            expect(encodeSample(result.value)).toEqual(damaged);
          } else {
            refused += 1;
            expect(result.error.at).toBeGreaterThanOrEqual(0);
            expect(result.error.at).toBeLessThanOrEqual(damaged.length);
          }
        }
      }),
    );
    // Both happen, or the property has checked nothing.
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  it("[BY-1] answers random bytes without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        const result = decode(input, readSample);
        if (result.ok) expect(encodeSample(result.value)).toEqual(input);
      }),
      { numRuns: 1000 },
    );
  });

  it("[BY-4] refuses every proper beginning of a valid encoding", () => {
    fc.assert(
      fc.property(anySample, (x) => {
        const whole = encodeSample(x);
        for (let length = 0; length < whole.length; length++) {
          expect(decode(whole.subarray(0, length), readSample)).toMatchObject({
            ok: false,
            error: { kind: "truncated" },
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("[BY-5] refuses a valid encoding with anything after it", () => {
    fc.assert(
      fc.property(anySample, fc.uint8Array({ minLength: 1 }), (x, more) => {
        const whole = encodeSample(x);
        expect(
          decode(Uint8Array.from([...whole, ...more]), readSample),
        ).toEqual({
          ok: false,
          error: { kind: "trailing", at: whole.length },
        });
      }),
    );
  });

  it("[BY-8] leaves its input alone and shares no memory with it", () => {
    fc.assert(
      fc.property(anySample, (x) => {
        const input = encodeSample(x);
        const result = decode(input, readSample);
        expect(input).toEqual(encodeSample(x));
        input.fill(0xee);
        expect(result).toEqual({ ok: true, value: x });
      }),
    );
  });
});

describe("varints", () => {
  it("[BY-9] have exactly one accepted form, over all inputs of one and two bytes", () => {
    const values = new Set<number>();
    const check = (input: Uint8Array): void => {
      const result = decode(input, readVarint);
      if (!result.ok) return;
      expect(encode((w) => writeVarint(w, result.value))).toEqual(input);
      values.add(result.value);
    };
    for (let first = 0; first < 256; first++) {
      check(Uint8Array.of(first));
      for (let second = 0; second < 256; second++) {
        check(Uint8Array.of(first, second));
      }
    }
    expect(values.size).toBe(16_384);
    expect(Math.max(...values)).toBe(16_383);
  });

  it("[BY-9] have exactly one accepted form, over inputs of four bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 3, maxLength: 3 }),
        fc.constantFrom(0x80, 0x81, 0xbf),
        ([a = 0, b = 0, c = 0], first) => {
          const input = Uint8Array.of(first, a, b, c);
          const result = decode(input, readVarint);
          const value = ((first & 0x3f) << 24) | (a << 16) | (b << 8) | c;
          expect(result).toEqual(
            value < 16_384
              ? { ok: false, error: { kind: "non-canonical", at: 0 } }
              : { ok: true, value },
          );
        },
      ),
    );
  });
});
