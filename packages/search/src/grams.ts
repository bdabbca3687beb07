/**
 * Grams: the pieces of words under which a text is indexed (docs/spec/search.md, SE-11, SE-12). Every three letters in a
 * row, so that a word is found by its middle too, and the first two of each word, so that two letters are enough to find
 * words that begin with them.
 */

import { GRAM_LENGTH, GRAMS_LOOKED_UP, MAX_GRAMS } from "./limits.ts";
import { wordsOf } from "./words.ts";

/** In front of a gram that begins a word; no letter and no digit. */
const START = "^";

/** All grams of a text, or nothing where there are more than are indexed. */
export function gramsOf(text: string): ReadonlySet<string> | undefined {
  const grams = new Set<string>();
  for (const { folded } of wordsOf(text)) {
    const letters = lettersOf(folded);
    grams.add(startOf(letters));
    for (let at = 0; at + GRAM_LENGTH <= letters.length; at++) {
      grams.add(pieceOf(letters, at));
    }
    if (grams.size > MAX_GRAMS) return undefined;
  }
  return grams;
}

/** The grams that a text needs to have if a word of it is, begins with or holds `folded`. */
export function gramsFor(folded: string): readonly string[] {
  const letters = lettersOf(folded);
  const pieces = letters.length - GRAM_LENGTH + 1;
  if (pieces <= 0) return [startOf(letters)];
  const spread = Array.from({ length: GRAMS_LOOKED_UP }, (_, index) =>
    Math.round((index * (pieces - 1)) / (GRAMS_LOOKED_UP - 1)),
  );
  return [...new Set(spread.map((at) => pieceOf(letters, at)))];
}

/** Letters of nearly all words are one unit each; those of others must not be cut through. */
function lettersOf(folded: string): string | readonly string[] {
  return /[\ud800-\udfff]/.test(folded) ? Array.from(folded) : folded;
}

function startOf(letters: string | readonly string[]): string {
  return START + (letters[0] ?? "") + (letters[1] ?? "");
}

function pieceOf(letters: string | readonly string[], at: number): string {
  return (
    (letters[at] ?? "") + (letters[at + 1] ?? "") + (letters[at + 2] ?? "")
  );
}
