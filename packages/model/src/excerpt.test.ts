import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excerptOf } from "./index.ts";

const SAMPLES = [
  "اَلِاجْتِمَاعُ غَدًا فِي السَّاعَةِ السَّادِسَةِ ۝١٢ عِنْدَ مَحَطَّةِ المِتْرُو",
  "کۆبوونەوەی سبەینێ لە کاتژمێر شەشی ئێوارە، نه‍ علی‌رضا",
  "Nous nous retrouvons a\u0300 la gare, cafe\u0301 d’en face, a\u0301\u0323\u0302 18 h",
  "कल शाम छह बजे क्षेत्रीय बैठक स्त्रियों के क्‍ष",
  "พบกันพรุ่งนี้หกโมงเย็นที่สถานีรถไฟฟ้ากำลังน้ำ",
  "각나닭 내일 여섯 시에 만나요 \u1112\u1161\u11ab\u1100\u1173\u11af",
  "👩🏽‍❤️‍💋‍👨🏽🏴󠁧󠁢󠁥󠁮󠁧󠁿🇵🇸🇱🇧🇹🇷1️⃣👨‍👩‍👧‍👦✊🏿❤️",
  "ཁྱེད་རང་བདེ་མོ ကျွန်ုပ်တို့ ជំរាបសួរ ஸ்ரீ క్ష్మి",
];

describe("an excerpt", () => {
  it("[CT-28] is the whole text where that is short, on one line", () => {
    expect(excerptOf("Hi")).toBe("Hi");
    expect(excerptOf(" a\n\n b\tc ")).toBe("a b c");
    expect(excerptOf("x".repeat(140))).toBe("x".repeat(140));
    expect(excerptOf("🌱".repeat(140))).toBe("🌱".repeat(140));
  });

  it("[CT-28] has at most 140 code points, the ellipsis included", () => {
    expect(excerptOf("x".repeat(141))).toBe(`${"x".repeat(139)}…`);
    expect(excerptOf(`${"x".repeat(138)} yz`)).toBe(`${"x".repeat(138)}…`);
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 400 }),
        fc.integer({ min: 2, max: 140 }),
        (text, max) => {
          const excerpt = excerptOf(text, max);
          expect(Array.from(excerpt).length).toBeLessThanOrEqual(max);
          expect(excerpt.isWellFormed()).toBe(true);
          expect(excerptOf(excerpt, max)).toBe(excerpt);
        },
      ),
    );
  });

  it("[CT-28] cuts where the platform sees the end of a sign, in every script", () => {
    const segmenter = new Intl.Segmenter("en");
    for (const sample of SAMPLES) {
      const line = sample.repeat(3);
      const ends = new Set([
        0,
        ...Array.from(segmenter.segment(line), (x) => x.index),
      ]);
      for (let max = 2; max < 90; max++) {
        const excerpt = excerptOf(line, max);
        if (excerpt === line.trim()) continue;
        const kept = excerpt.slice(0, -1);
        const at = line.startsWith(kept) ? kept.length : -1;
        // Space before the ellipsis is taken off.
        const end = /^\s*/u.exec(line.slice(at))![0].length + at;
        const where = `${line.slice(0, end)}|${line.slice(end, end + 4)}`;
        expect(ends.has(at) || ends.has(end), where).toBe(true);
      }
    }
  });

  it("[CT-28] is cut in the middle of a sign only if that is longer than any is", () => {
    const pile = `a${"\u0301".repeat(500)}`;
    expect(Array.from(excerptOf(pile, 50))).toHaveLength(50);
    expect(excerptOf(pile, 20)).toBe("…");
    expect(excerptOf(pile.slice(1), 20)).toBe("…");
  });

  it("[CT-28] leaves out brackets of direction, which a cut would leave open", () => {
    expect(excerptOf("\u2067علی\u2069: \u202bx\u202c")).toBe("علی: x");
  });

  it("[CT-28] looks at no more of a long text than it shows", () => {
    expect(excerptOf("\u200d".repeat(16_000), 40)).toHaveLength(40);
  });
});
