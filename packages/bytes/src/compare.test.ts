import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes, encodeHex, equalBytes } from "./index.ts";

const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets);

/** The same bytes, noting which of them were looked at. */
function watched(b: Uint8Array): { seen: number[]; bytes: Uint8Array } {
  const seen: number[] = [];
  const watching = new Proxy(b, {
    get: (target, key) => {
      if (typeof key === "string" && /^\d+$/.test(key)) seen.push(Number(key));
      return Reflect.get(target, key);
    },
  });
  return { seen, bytes: watching };
}

describe("equalBytes", () => {
  it("[BY-21] tells equal from different", () => {
    expect(equalBytes(bytes(), bytes())).toBe(true);
    expect(equalBytes(bytes(1, 2), bytes(1, 2))).toBe(true);
    expect(equalBytes(bytes(1, 2), bytes(1, 3))).toBe(false);
    expect(equalBytes(bytes(1, 2), bytes(1))).toBe(false);
    expect(equalBytes(bytes(), bytes(0))).toBe(false);
  });

  it("[BY-21] sees every single flipped bit", () => {
    const tag = Uint8Array.from({ length: 16 }, (_, i) => 37 * i);
    for (let bit = 0; bit < 128; bit++) {
      const other = Uint8Array.from(tag);
      other[bit >> 3] = other[bit >> 3]! ^ (1 << (bit & 7));
      expect(equalBytes(tag, other)).toBe(false);
    }
  });

  it("[BY-21] does not let two differences cancel out", () => {
    expect(equalBytes(bytes(1, 1), bytes(0, 0))).toBe(false);
    expect(equalBytes(bytes(0xff, 0xff, 1), bytes(0, 0, 1))).toBe(false);
  });

  it.each([0, 3, 7, 8])(
    "[BY-21] looks at every byte, in order, wherever the first difference is (%d)",
    (differenceAt) => {
      const a = watched(new Uint8Array(8));
      const other = new Uint8Array(8);
      if (differenceAt < 8) other[differenceAt] = 1;
      const b = watched(other);
      expect(equalBytes(a.bytes, b.bytes)).toBe(differenceAt === 8);
      expect(a.seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(b.seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    },
  );
});

describe("compareBytes", () => {
  it("[BY-22] orders by unsigned bytes, a prefix first", () => {
    const ordered = [
      bytes(),
      bytes(0),
      bytes(0, 0),
      bytes(0, 1),
      bytes(1),
      bytes(0x7f, 0xff),
      bytes(0x80),
      bytes(0xff),
      bytes(0xff, 0),
    ];
    ordered.forEach((a, i) => {
      ordered.forEach((b, j) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(i - j));
      });
    });
  });

  it("[BY-22] orders as the hexadecimal texts do and agrees with equality", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3 }),
        fc.uint8Array({ maxLength: 3 }),
        (a, b) => {
          const order = compareBytes(a, b);
          const texts = [encodeHex(a), encodeHex(b)] as const;
          expect(order < 0).toBe(texts[0] < texts[1]);
          expect(order === 0).toBe(equalBytes(a, b));
        },
      ),
    );
  });
});
