import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "./index.ts";

const DIGITS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("base64url", () => {
  // RFC 4648 section 10, without its padding, and the two digits in which base64url differs from base64.
  it.each([
    [ascii(""), ""],
    [ascii("f"), "Zg"],
    [ascii("fo"), "Zm8"],
    [ascii("foo"), "Zm9v"],
    [ascii("foob"), "Zm9vYg"],
    [ascii("fooba"), "Zm9vYmE"],
    [ascii("foobar"), "Zm9vYmFy"],
    [Uint8Array.of(0xfb, 0xff, 0xbf), "-_-_"],
    [Uint8Array.of(0, 0, 0), "AAAA"],
    [Uint8Array.of(0xff), "_w"],
  ])("[BY-17] writes %s as %j and reads it back", (b, text) => {
    expect(encodeBase64url(b)).toBe(text);
    expect(decodeBase64url(text)).toEqual({ ok: true, value: b });
  });

  it.each([
    ["A", "truncated", 1],
    ["Zm9vY", "truncated", 5],
    ["Zg==", "invalid", 2],
    ["Zm8=", "invalid", 3],
    ["Zm9v====", "invalid", 4],
    ["+/+/", "invalid", 0],
    ["Zm9/", "invalid", 3],
    ["Zm 9v0", "invalid", 2],
    ["Zm9v\n\n", "invalid", 4],
    [" Zm9", "invalid", 0],
    ["Zm.v", "invalid", 2],
    ["\u0000AAA", "invalid", 0],
    ["AA\u00e9A", "invalid", 2],
    ["AA\u0141A", "invalid", 2],
    ["AA\uff21A", "invalid", 2],
    ["\ud83d\ude00AA", "invalid", 0],
  ])("[BY-17] refuses %j", (text, kind, at) => {
    expect(decodeBase64url(text)).toEqual({ ok: false, error: { kind, at } });
  });

  it.each(["Zh", "Zv", "Zm9vYh", "_x", "__"])(
    "[BY-17] refuses %j, whose last four bits are not zero",
    (text) => {
      expect(decodeBase64url(text)).toEqual({
        ok: false,
        error: { kind: "non-canonical", at: text.length - 1 },
      });
    },
  );

  it.each(["Zm9", "Zm-", "AAB", "Zm9vYmF"])(
    "[BY-17] refuses %j, whose last two bits are not zero",
    (text) => {
      expect(decodeBase64url(text)).toEqual({
        ok: false,
        error: { kind: "non-canonical", at: text.length - 1 },
      });
    },
  );

  it("[BY-17] accepts 256 of all texts of two digits, one for each byte", () => {
    const accepted = new Set<number>();
    for (const first of DIGITS) {
      for (const second of DIGITS) {
        const result = decodeBase64url(first + second);
        if (!result.ok) continue;
        expect(encodeBase64url(result.value)).toBe(first + second);
        accepted.add(result.value[0] ?? -1);
      }
    }
    expect(accepted.size).toBe(256);
  });

  it("[BY-14] has one text for one byte string", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (b) => {
        expect(decodeBase64url(encodeBase64url(b))).toEqual({
          ok: true,
          value: b,
        });
      }),
    );
    const nearly = fc.string({
      unit: fc.constantFrom(..."ABQgw019-_+/= ".split("")),
    });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: "binary" })), (text) => {
        const result = decodeBase64url(text);
        if (result.ok) expect(encodeBase64url(result.value)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
