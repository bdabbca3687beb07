import { describe, expect, it } from "vitest";
import { drawPlaces, isSameWord } from "./kit-check.ts";
import { kitPage, wordsIn } from "./kit-file.ts";

const WORDS = Array.from({ length: 24 }, (_, index) =>
  "abcdefghijklmnopqrstuvwx".slice(index),
);
const texts = {
  title: "Words <b>",
  about: '"&',
  qrPath: "M0 0h1",
  qrSize: 1,
  lang: "ar",
  dir: "rtl",
} as const;

describe("the kit", () => {
  it("[AP-70] gives its words back out of its file, which runs and fetches nothing", () => {
    const page = kitPage(WORDS, texts);
    expect(wordsIn(page)).toBe(WORDS.join(" "));
    expect(page).not.toMatch(/<script|<b>|https?:|src=|href=|@import|url\(/);
  });

  it("[AP-76] takes any other text as words, to be judged by whoever reads them", () => {
    expect(wordsIn("zoo zebra")).toBe("zoo zebra");
    expect(wordsIn('data-words="A<script>"')).toBe('data-words="A<script>"');
  });

  it("[AP-71] asks for three different words, in order", () => {
    const drawn = [5, 5, 0, 23];
    expect(drawPlaces(24, () => drawn.shift() ?? 1)).toEqual([0, 5, 23]);
    expect(isSameWord(" Zoo ", "zoo")).toBe(true);
    expect(isSameWord("", undefined)).toBe(false);
    expect(isSameWord("zo", "zoo")).toBe(false);
  });
});
