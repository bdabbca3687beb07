import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeHex, encodeHex } from "./index.ts";

describe("hex", () => {
  it("[BY-16] writes two lower-case digits for every byte", () => {
    expect(encodeHex(Uint8Array.of())).toBe("");
    expect(encodeHex(Uint8Array.of(0x00, 0x09, 0xaf, 0xff))).toBe("0009afff");
  });

  it("[BY-16] reads every pair of digits", () => {
    for (let byte = 0; byte < 256; byte++) {
      expect(decodeHex(encodeHex(Uint8Array.of(byte)))).toEqual({
        ok: true,
        value: Uint8Array.of(byte),
      });
    }
  });

  it.each([
    ["0", "truncated", 1],
    ["00f", "truncated", 3],
    ["0A", "invalid", 1],
    ["F0", "invalid", 0],
    ["00g0", "invalid", 2],
    ["0x00", "invalid", 1],
    [" 00 ", "invalid", 0],
    ["0/", "invalid", 1],
    ["0:", "invalid", 1],
    ["0`", "invalid", 1],
    ["00\n0", "invalid", 2],
    ["0\u0660", "invalid", 1],
    ["\uff10\uff10", "invalid", 0],
    ["\u0130\u0130", "invalid", 0],
  ])("[BY-16] refuses %j", (text, kind, at) => {
    expect(decodeHex(text)).toEqual({ ok: false, error: { kind, at } });
  });

  it("[BY-14] has one text for one byte string", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (b) => {
        expect(decodeHex(encodeHex(b))).toEqual({ ok: true, value: b });
      }),
    );
    const nearly = fc.string({
      unit: fc.constantFrom(..."0123456789abcdefAG \u0661".split("")),
    });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: "binary" })), (text) => {
        const result = decodeHex(text);
        if (result.ok) expect(encodeHex(result.value)).toBe(text);
      }),
    );
  });
});
