import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createReader,
  decode,
  decodeUtf8,
  encode,
  encodeUtf8,
  failReader,
  InvariantError,
  readUtf8,
  writeVector,
  type Reader,
} from "./index.ts";

const vector = (...octets: number[]): Uint8Array =>
  encode((w) => writeVector(w, Uint8Array.from(octets)));
const readTwoTexts = (r: Reader): string[] => [readUtf8(r), readUtf8(r)];

const refused = { ok: false, error: { kind: "invalid", at: 0 } };

describe("UTF-8", () => {
  it.each([
    ["", []],
    ["a", [0x61]],
    ["\u0000", [0x00]],
    ["\u007f\u0080", [0x7f, 0xc2, 0x80]],
    ["\u07ff\u0800", [0xdf, 0xbf, 0xe0, 0xa0, 0x80]],
    ["\ud7ff\ue000", [0xed, 0x9f, 0xbf, 0xee, 0x80, 0x80]],
    ["\uffff", [0xef, 0xbf, 0xbf]],
    ["\u{10000}\u{10ffff}", [0xf0, 0x90, 0x80, 0x80, 0xf4, 0x8f, 0xbf, 0xbf]],
    ["حلقة", [0xd8, 0xad, 0xd9, 0x84, 0xd9, 0x82, 0xd8, 0xa9]],
    ["\ufffd", [0xef, 0xbf, 0xbd]],
  ])("[BY-18] writes %j and reads it back", (text, octets) => {
    expect(encodeUtf8(text)).toEqual(Uint8Array.from(octets));
    expect(decodeUtf8(Uint8Array.from(octets))).toEqual({
      ok: true,
      value: text,
    });
  });

  it.each([
    ["a lone continuation octet", [0x80]],
    ["a cut sequence of two", [0x61, 0xc2]],
    ["a cut sequence of three", [0xe0, 0xa0]],
    ["a cut sequence of four", [0xf0, 0x90, 0x80]],
    ["a sequence broken by ASCII", [0xe2, 0x28, 0xa1]],
    ["'/' in two octets", [0xc0, 0xaf]],
    ["'/' in three octets", [0xe0, 0x80, 0xaf]],
    ["'/' in four octets", [0xf0, 0x80, 0x80, 0xaf]],
    ["U+0000 in two octets", [0xc0, 0x80]],
    ["U+07FF in three octets", [0xe0, 0x9f, 0xbf]],
    ["U+FFFF in four octets", [0xf0, 0x8f, 0xbf, 0xbf]],
    ["a high surrogate", [0xed, 0xa0, 0x80]],
    ["a low surrogate", [0xed, 0xbf, 0xbf]],
    ["a surrogate pair", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ["U+110000", [0xf4, 0x90, 0x80, 0x80]],
    ["five octets", [0xf8, 0x88, 0x80, 0x80, 0x80]],
    ["the octet FE", [0xfe]],
    ["UTF-16 with its byte order mark", [0xff, 0xfe, 0x61, 0x00]],
    ["good text with one bad octet at its end", [...encodeUtf8("حلقة"), 0xff]],
  ])("[BY-18] refuses %s", (_, octets) => {
    expect(decodeUtf8(Uint8Array.from(octets))).toEqual(refused);
  });

  it("[BY-18] reads good text after bad text", () => {
    expect(decodeUtf8(Uint8Array.of(0xe2, 0x82))).toEqual(refused);
    expect(decodeUtf8(Uint8Array.of(0xac))).toEqual(refused);
    expect(decodeUtf8(Uint8Array.of(0x61))).toEqual({ ok: true, value: "a" });
  });

  it("[BY-19] keeps a byte order mark as text, once and twice", () => {
    const mark = [0xef, 0xbb, 0xbf];
    expect(decodeUtf8(Uint8Array.from([...mark, 0x61]))).toEqual({
      ok: true,
      value: "\ufeffa",
    });
    expect(decodeUtf8(Uint8Array.from([...mark, ...mark]))).toEqual({
      ok: true,
      value: "\ufeff\ufeff",
    });
    expect(encodeUtf8("\ufeffa")).toEqual(Uint8Array.from([...mark, 0x61]));
  });

  it.each([
    "\ud800",
    "a\udfff",
    "\udc00\ud800",
    "\ud83d",
    "\ud83d\ud83d\ude00",
  ])("[BY-20] refuses to write the lone surrogate in %j", (text) => {
    expect(() => encodeUtf8(text)).toThrow(InvariantError);
  });

  it("[BY-14] has one byte string for one text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, seed) => {
        const written = encodeUtf8(text);
        expect(decodeUtf8(written)).toEqual({ ok: true, value: text });
        const damaged = mutateBytes(written, createSeededRandom(seed));
        const result = decodeUtf8(damaged);
        if (result.ok) expect(encodeUtf8(result.value)).toEqual(damaged);
      }),
      { numRuns: 500 },
    );
  });

  it("[BY-1] answers random bytes without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (input) => {
        const result = decodeUtf8(input);
        if (result.ok) expect(encodeUtf8(result.value)).toEqual(input);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("readUtf8", () => {
  it("[BY-18] reads text in a vector", () => {
    expect(decode(vector(0xc3, 0xa9), readUtf8)).toEqual({
      ok: true,
      value: "é",
    });
    expect(decode(vector(), readUtf8)).toEqual({ ok: true, value: "" });
  });

  it("[BY-18] refuses a vector that is no text, where the vector begins", () => {
    const input = Uint8Array.from([...vector(0x61), ...vector(0x61, 0xff)]);
    expect(decode(input, readTwoTexts)).toEqual({
      ok: false,
      error: { kind: "invalid", at: 2 },
    });
  });

  it("[BY-10] bounds the bytes, not the characters", () => {
    const input = vector(0xc3, 0xa9);
    expect(decode(input, (r) => readUtf8(r, 2)).ok).toBe(true);
    expect(decode(input, (r) => readUtf8(r, 1))).toEqual({
      ok: false,
      error: { kind: "too-long", at: 1 },
    });
  });

  it("[BY-3] answers with no text after a failure", () => {
    const r = createReader(vector(0x61));
    failReader(r, "invalid");
    expect(readUtf8(r)).toBe("");
    expect(r.error).toEqual({ kind: "invalid", at: 0 });
  });
});
