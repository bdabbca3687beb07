import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arabic } from "../testing/pairs-ar.ts";
import { sorani } from "../testing/pairs-ckb.ts";
import { european } from "../testing/pairs-europe.ts";
import { kurmanji } from "../testing/pairs-kmr.ts";
import type { Pair } from "../testing/pairs.ts";
import { gramsOf } from "./grams.ts";
import {
  candidatesIn,
  findIn,
  isFoundIn,
  parseQuery,
  planSegment,
} from "./index.ts";
import { wordsOf } from "./words.ts";

const finds = ({ text, query }: Pick<Pair, "text" | "query">): boolean => {
  const parsed = parseQuery(query);
  return parsed !== undefined && isFoundIn(parsed, text);
};

/** The same question asked of an index with this one text. */
const indexFinds = ({ text, query }: Pair): boolean => {
  const records = new Map(
    planSegment(0, [{ ordinal: 7, text }]).map((x) => [x.name, x.value]),
  );
  const parsed = parseQuery(query);
  return (
    parsed !== undefined &&
    candidatesIn(parsed, 0, (name) => records.get(name)).length > 0
  );
};

const wrong = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter((pair) => finds(pair) !== pair.isFound);
const lost = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter((pair) => pair.isFound && !indexFinds(pair));

describe("words that are the same to people", () => {
  it.each([
    ["[SE-2] [SE-3] [SE-4] [SE-5] Arabic", arabic],
    ["[SE-3] [SE-6] Sorani", sorani],
    ["[SE-7] Kurmanji", kurmanji],
  ])("%s: sixty pairs and more", (_, pairs) => {
    expect(wrong(pairs)).toEqual([]);
    expect(lost(pairs)).toEqual([]);
    expect(pairs.length).toBeGreaterThanOrEqual(60);
  });

  it("[SE-7] [SE-8] German, French, Spanish and others", () => {
    expect(wrong(european)).toEqual([]);
    expect(lost(european)).toEqual([]);
  });

  it("[SE-1] fold to one form: folding what is folded changes nothing", () => {
    const texts = [...arabic, ...sorani, ...kurmanji, ...european].flatMap(
      ({ text, query }) => [text, query],
    );
    for (const text of texts) {
      for (const { folded } of wordsOf(text)) {
        expect(
          wordsOf(folded)
            .map((word) => word.folded)
            .join(""),
        ).toBe(folded);
      }
    }
  });
});

describe("queries", () => {
  it("[SE-9] need all of their words, in any order, and say nothing where they have none", () => {
    const query = parseQuery("strike fund")!;
    expect(isFoundIn(query, "the fund for the strike")).toBe(true);
    expect(isFoundIn(query, "the strike")).toBe(false);
    expect(parseQuery(" ؟!… 🌱")).toBeUndefined();
    expect(parseQuery("")).toBeUndefined();
  });

  it("[SE-10] find long words anywhere, two letters at the beginning, one letter alone", () => {
    expect(finds({ text: "Mieterversammlung", query: "ersamm" })).toBe(true);
    expect(finds({ text: "meeting", query: "me" })).toBe(true);
    expect(finds({ text: "meeting", query: "ee" })).toBe(false);
    expect(finds({ text: "plan b", query: "b" })).toBe(true);
    expect(finds({ text: "bread", query: "b" })).toBe(false);
  });

  it("[SE-13] mark the words that they find, with their marks and joiners", () => {
    const text = "أين كِتَابٌ؟ في الكتاب";
    const marked = findIn(parseQuery("كتاب")!, text).map(({ from, to }) =>
      text.slice(from, to),
    );
    expect(marked).toEqual(["كِتَابٌ", "الكتاب"]);
  });

  it("[SE-14] are bounded, whatever is pasted", () => {
    const query = parseQuery("word ".repeat(9_999) + "x".repeat(9_999))!;
    expect(query.words).toHaveLength(1);
    const many = Array.from({ length: 99 }, (_, i) => `w${i}`).join(" ");
    expect(parseQuery(many)!.words.length).toBeLessThanOrEqual(8);
    expect(wordsOf("x".repeat(9_999))[0]?.folded).toHaveLength(64);
  });

  it("[SE-1] take any text, and what an index says agrees with what the text says", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.constantFrom("الاجتماع غدًا", "کۆبوونەوە", "civîna me"),
    );
    fc.assert(
      fc.property(text, text, (first, second) => {
        const query = parseQuery(second);
        if (query === undefined) return;
        const joined = `${first} ${second}`;
        if (isFoundIn(query, joined)) {
          expect(
            indexFinds({ text: joined, query: second, isFound: true }),
          ).toBe(true);
        }
        for (const { from, to } of findIn(query, joined)) {
          expect(joined.slice(from, to)).not.toBe("");
        }
        expect(gramsOf(joined)).toEqual(gramsOf(joined));
      }),
      { numRuns: 100 },
    );
  });

  it("[SE-9] find every word of a text in it", () => {
    for (const { text } of [...arabic, ...sorani, ...kurmanji, ...european]) {
      for (const { from, to } of wordsOf(text)) {
        const query = parseQuery(text.slice(from, to));
        if (query !== undefined) expect(isFoundIn(query, text)).toBe(true);
      }
    }
  });
});
