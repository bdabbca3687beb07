import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  composeAgenda,
  composeName,
  composePlace,
  composeText,
  composeTitle,
  isAgenda,
  isName,
  isPlace,
  isText,
  isTitle,
} from "./text.ts";

const checks = { isText, isAgenda, isName, isTitle, isPlace };
const typed = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  // Lone surrogates, controls, marks, joiners and spaces, close together.
  fc.string({
    unit: fc.constantFrom(
      ...Array.from(
        "ab ه\u0000\u001b\r\n\t\u2028\u202e\u2066\u2069\u200c\u200d\u200b\u200e\ufe0f\ufeff\u0301\u064b\u00a0\ud83d\udc4d\ud800👩",
      ),
    ),
    maxLength: 40,
  }),
);

describe("texts that may travel", () => {
  it("[CT-20] are judged without the platform's Unicode data", () => {
    // A code point without a meaning today may get one: it passes before and after.
    for (const unassigned of ["\u{1fffd}", "\u{3ffff}", "\u0378"]) {
      expect(isText(unassigned)).toBe(true);
      expect(isName(unassigned)).toBe(true);
    }
  });

  it("[CT-21] are any script with tabs and line feeds", () => {
    for (const text of [
      "x",
      "مرحبا، الاجتماع غدًا\nالساعة ٦",
      "\tcode\n\n  end ",
      "ھەڵقە — Xelek — קבוצה — हलक़ा — 圆圈",
      "👩🏽‍❤️‍💋‍👨🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
      "\u2067علی‌رضا\u2069: hi \u200e(18:00)\u200f",
      "\ufeffx",
    ]) {
      expect(isText(text), text).toBe(true);
    }
  });

  it("[CT-21] have no controls, no overrides of direction, no lone surrogates", () => {
    for (const code of [
      0x00, 0x07, 0x08, 0x0b, 0x0c, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b,
      0x9f, 0x2028, 0x2029, 0x202d, 0x202e, 0xfff9, 0xfffb, 0xd800, 0xdfff,
    ]) {
      const text = `a${String.fromCharCode(code)}b`;
      for (const check of Object.values(checks)) {
        expect(check(text), code.toString(16)).toBe(false);
      }
    }
  });

  it("[CT-21] show something, an agenda excepted", () => {
    for (const blank of ["", " ", "\n\t", "\u200b", "\u200d\u2060", "\u3164"]) {
      expect(isText(blank)).toBe(false);
      expect(isAgenda(blank)).toBe(blank === "");
    }
  });

  it("[CT-21] keep to their bounds in bytes", () => {
    expect(isText("x".repeat(16_384))).toBe(true);
    expect(isText("x".repeat(16_385))).toBe(false);
    expect(isText("ه".repeat(8_192))).toBe(true);
    expect(isText(`${"ه".repeat(8_192)}x`)).toBe(false);
    expect(isText("圆".repeat(5_461))).toBe(true);
    expect(isText("圆".repeat(5_462))).toBe(false);
    expect(isAgenda("x".repeat(8_192))).toBe(true);
    expect(isAgenda("x".repeat(8_193))).toBe(false);
  });
});

describe("lines", () => {
  it("[CT-22] are one line without brackets of direction or anything invisible", () => {
    const lines = { isName, isTitle, isPlace };
    for (const bad of [
      "a\nb",
      "a\tb",
      " a",
      "a ",
      "a  b",
      "a\u00a0b",
      "a\u3000b",
      ..."\u202a\u202b\u202c\u2066\u2067\u2068\u2069".split(""),
      ..."\u00ad\u034f\u115f\u2800\u3164\ufeff\u200b\u2060".split(""),
      "\u{e0041}",
    ]) {
      for (const [name, check] of Object.entries(lines)) {
        expect(check(bad.length === 1 ? `a${bad}b` : bad), name).toBe(false);
      }
    }
  });

  it("[CT-22] keep to their bounds in code points and bytes, and a place may be empty", () => {
    expect(isName("a".repeat(64))).toBe(true);
    expect(isName("a".repeat(65))).toBe(false);
    expect(isName("🌱".repeat(64))).toBe(true);
    expect(isTitle("a".repeat(200))).toBe(true);
    expect(isTitle("a".repeat(201))).toBe(false);
    expect(isPlace("a".repeat(300))).toBe(true);
    expect(isPlace("a".repeat(301))).toBe(false);
    expect([isName(""), isTitle(""), isPlace("")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("[CT-22] have joiners where a script or an emoji needs them", () => {
    for (const good of ["علی‌رضا", "نه‍", "क्‍ष", "👩🏽‍🌾 Ana", "❤️‍🔥", "1️⃣"]) {
      expect(isName(good), good).toBe(true);
    }
    for (const bad of [
      "Sara\u200d",
      "Sa\u200cra",
      "\u200dSara",
      "7\u200c",
      "علی\u200c\u200cرضا",
      "علی \u200cرضا",
      "א\u200dב",
    ]) {
      expect(isName(bad), bad).toBe(false);
    }
  });

  it("[CT-22] have no variation selector that varies nothing", () => {
    for (const bad of ["\ufe0fa", "a \ufe0fb", "❤\ufe0f\ufe0f", "a\u{e0100}"]) {
      expect(isName(bad)).toBe(false);
    }
  });

  it("[CT-22] stack at most five marks", () => {
    expect(isName(`a${"\u0301".repeat(5)}`)).toBe(true);
    expect(isName(`a${"\u0301".repeat(6)}`)).toBe(false);
    expect(isName("مُحَمَّدٌ")).toBe(true);
    // Messages are not single lines in a list of others.
    expect(isText(`a${"\u0301".repeat(60)}`)).toBe(true);
  });

  it("[CT-23] of names have no marks of direction, other lines may", () => {
    for (const mark of ["\u200e", "\u200f", "\u061c"]) {
      expect(isName(`a${mark}b`)).toBe(false);
      expect(isTitle(`a${mark}b`)).toBe(true);
      expect(isPlace(`a${mark}b`)).toBe(true);
    }
  });
});

describe("composing", () => {
  it("[CT-24] makes of anything typed either what the checks accept or a fault", () => {
    const pairs = [
      [composeText, isText],
      [composeAgenda, isAgenda],
      [composeName, isName],
      [composeTitle, isTitle],
      [composePlace, isPlace],
    ] as const;
    fc.assert(
      fc.property(typed, (x) => {
        for (const [compose, check] of pairs) {
          const got = compose(x);
          if (got.ok) expect(check(got.value)).toBe(true);
          else expect(["empty", "too-long"]).toContain(got.error);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("[CT-24] leaves what is accepted as it is, but for the space around it and the form of letters", () => {
    fc.assert(
      fc.property(typed, (x) => {
        const [text, name] = [composeText(x), composeName(x)];
        if (text.ok) expect(composeText(text.value)).toEqual(text);
        if (name.ok) expect(composeName(name.value)).toEqual(name);
      }),
      { numRuns: 300 },
    );
    expect(composeName("a\u2066\u0301")).toEqual({ ok: true, value: "á" });
    expect(composeName("علی‌رضا")).toEqual({ ok: true, value: "علی‌رضا" });
  });

  it("[CT-24] takes out what may not travel and keeps the rest", () => {
    expect(composeText("\r\n a\r\nb\rc\u2028d\u0000\u202e \r\n")).toEqual({
      ok: true,
      value: "a\nb\nc\nd",
    });
    expect(composeText("a\ud800b")).toEqual({ ok: true, value: "a\ufffdb" });
    expect(composeName(" Ana\u00a0\u202eMaria\nLópez ")).toEqual({
      ok: true,
      value: "Ana Maria López",
    });
    expect(composeName("Jose\u0301")).toEqual({ ok: true, value: "José" });
    expect(composePlace(" \u200b ")).toEqual({ ok: true, value: "" });
  });

  it("[CT-24] says what is empty and what is too long", () => {
    expect(composeText(" \n ")).toEqual({ ok: false, error: "empty" });
    expect(composeText("x".repeat(16_385))).toEqual({
      ok: false,
      error: "too-long",
    });
    expect(composeName("\u202e")).toEqual({ ok: false, error: "empty" });
    expect(composeTitle("x".repeat(201))).toEqual({
      ok: false,
      error: "too-long",
    });
    expect(composeName("\u0301x".repeat(200_000))).toEqual({
      ok: false,
      error: "too-long",
    });
    expect(composeAgenda("")).toEqual({ ok: true, value: "" });
  });
});
