/**
 * One letter as search sees it (docs/spec/search.md, SE-1 to SE-8): what people type in one way or another, by their
 * keyboard, their schooling or their haste, becomes the same. Only for finding: nothing folded is ever shown or sent.
 * The platform's Unicode data may be asked here, because an index never leaves its device.
 */

/** Replacements after decomposition, which took the marks off: `from` holds the letters that become `to`. */
const LETTERS: readonly (readonly [to: string, from: string])[] = [
  ["ا", "ٱٲٳٵ"],
  // Alef maqsura, and the ya of Persian, Kurdish, Pashto and Urdu.
  ["ي", "ىیێېۍے"],
  ["و", "ۆۇۈۋۊۉ"],
  ["ك", "کڪګ"],
  // Ta marbuta, the Kurdish e, and the ha of other keyboards.
  ["ه", "ةەھہۃ"],
  ["ر", "ڕڔ"],
  ["ل", "ڵڶ"],
  ["ف", "ڤ"],
  ["ss", "ß"],
  ["ae", "æ"],
  ["oe", "œ"],
  ["o", "ø"],
  ["d", "đð"],
  ["l", "ł"],
  ["i", "ı"],
  ["th", "þ"],
  ["σ", "ς"],
];

/** They take part in no comparison: tatweel, and the hamza that stands alone and is left out as often as not. */
const DROPPED = "ـء";

const ARABIC_ZERO = 0x660;
const PERSIAN_ZERO = 0x6f0;

const replacements = new Map<string, string>([
  ...LETTERS.flatMap(([to, from]) =>
    Array.from(from, (letter) => [letter, to] as const),
  ),
  ...Array.from(DROPPED, (letter) => [letter, ""] as const),
  ...Array.from({ length: 10 }, (_, digit): [string, string][] => [
    [String.fromCodePoint(ARABIC_ZERO + digit), String(digit)],
    [String.fromCodePoint(PERSIAN_ZERO + digit), String(digit)],
  ]).flat(),
]);

const inWord = /[\p{L}\p{N}]/u;
const markOrFormat = /[\p{M}\p{Cf}]/gu;
const markOnly = /^[\p{M}\p{Cf}ـ]$/u;

/**
 * What a code point is for search: letters and digits of a word, `undefined` where a word ends, and an empty text for
 * what stands inside words and is not compared, as marks, joiners and tatweel.
 */
export function foldCodePoint(codePoint: string): string | undefined {
  const known = folded.get(codePoint);
  if (known !== undefined || folded.has(codePoint)) return known;
  const answer = fold(codePoint);
  // As many as any text of people has; a text that holds all of Unicode must not keep it in memory.
  if (folded.size < MAX_REMEMBERED) folded.set(codePoint, answer);
  return answer;
}

const MAX_REMEMBERED = 4_096;
const folded = new Map<string, string | undefined>();

function fold(codePoint: string): string | undefined {
  if (markOnly.test(codePoint)) return "";
  const bare = codePoint
    .toLowerCase()
    .normalize("NFKD")
    .replace(markOrFormat, "");
  const letters = Array.from(bare, (one) => replacements.get(one) ?? one);
  const inside = letters.filter((one) => one === "" || inWord.test(one));
  return inside.length === 0 ? undefined : inside.join("");
}

// Scripts that are written without spaces: each sign is a word.
const alone = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Whether a code point is a word by itself. */
export function standsAlone(codePoint: string): boolean {
  return codePoint >= "\u3040" && alone.test(codePoint);
}
