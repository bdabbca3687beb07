import { describe, expect, it } from "vitest";
import { isEmoji } from "./index.ts";

const segments = (text: string): number =>
  Array.from(new Intl.Segmenter("en").segment(text)).length;

/** Every single emoji of this platform's Unicode, alone, with its selector and in the skin tones. */
function platformEmoji(): string[] {
  const recommended = /^\p{RGI_Emoji}$/v;
  const found: string[] = [];
  for (let code = 0x23; code < 0x1fb00; code++) {
    const one = String.fromCodePoint(code);
    for (const end of ["", "\ufe0f", "\ufe0f\u20e3", "\u{1f3fb}", "\u{1f3ff}"])
      if (recommended.test(one + end)) found.push(one + end);
  }
  return found;
}

describe("one emoji", () => {
  it("[CT-27] is every one that the platform knows, bare skin tones apart", () => {
    const all = platformEmoji();
    expect(all.length).toBeGreaterThan(1_400);
    const refused = all.filter((x) => !isEmoji(x));
    expect(refused).toEqual(["🏻", "🏼", "🏽", "🏾", "🏿"]);
  });

  it("[CT-27] is a sequence, a flag or a keycap", () => {
    for (const emoji of [
      "❤",
      "👩🏽‍❤️‍💋‍👨🏽",
      "👨‍👩‍👧‍👦",
      "🏳️‍🌈",
      "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
      "🇵🇸",
      "#️⃣",
      "🧑🏿‍🦽‍➡️",
      // Kept free for emoji to come.
      "\u{1faff}",
    ]) {
      expect(isEmoji(emoji), emoji).toBe(true);
      expect(segments(emoji), emoji).toBe(1);
    }
  });

  it("[CT-27] is nothing else", () => {
    for (const text of [
      "",
      "a",
      "1",
      "👍👍",
      "👍 ",
      " 👍",
      "👍\n",
      "❤\ufe0e",
      "❤️️",
      "👍\u200d",
      "\u200d👍",
      "🇵",
      "🇵🇸🇵",
      "🏴\u{e0067}",
      "\u{e0067}\u{e007f}",
      "👍\u0301",
      "<b>",
      "ه",
    ]) {
      expect(isEmoji(text), JSON.stringify(text)).toBe(false);
    }
  });

  it("[CT-27] keeps to its bounds", () => {
    const family = (n: number): string =>
      Array.from({ length: n }, () => "👩").join("\u200d");
    expect(isEmoji(family(8))).toBe(true);
    expect(isEmoji(family(9))).toBe(false);
    const tagged = (n: number): string => `🏴${"\u{e0061}".repeat(n)}\u{e007f}`;
    expect(isEmoji(tagged(14))).toBe(true);
    expect(isEmoji(tagged(15))).toBe(false);
    expect(isEmoji(family(100_000))).toBe(false);
  });
});
