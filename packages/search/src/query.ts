/** What is looked for, and whether and where a text has it (docs/spec/search.md, SE-9, SE-10, SE-13). */

import { gramsFor } from "./grams.ts";
import { GRAM_LENGTH, MAX_QUERY_LENGTH, MAX_WORDS } from "./limits.ts";
import { withoutArticle, wordsOf, type Word } from "./words.ts";

export interface QueryWord {
  readonly folded: string;
  readonly grams: readonly string[];
}

export interface Query {
  /** All of them have to be in a text. */
  readonly words: readonly QueryWord[];
}

/** A stretch of a text in UTF-16 units. */
export interface Found {
  readonly from: number;
  readonly to: number;
}

/** What somebody typed, as a query; undefined where no word is in it. */
export function parseQuery(typed: string): Query | undefined {
  const looked = typed.slice(0, MAX_QUERY_LENGTH);
  const folded = wordsOf(looked)
    // A word that is cut through is another word.
    .filter(({ to }) => to < MAX_QUERY_LENGTH || looked === typed)
    .map((word) => withoutArticle(word.folded));
  const words = [...new Set(folded)]
    .slice(0, MAX_WORDS)
    .map((word) => ({ folded: word, grams: gramsFor(word) }));
  return words.length === 0 ? undefined : { words };
}

/** Whether a text has all words of a query. */
export function isFoundIn(query: Query, text: string): boolean {
  const words = wordsOf(text);
  return query.words.every((wanted) =>
    words.some((word) => isInWord(wanted.folded, word.folded)),
  );
}

/** The words of a text that a query finds, for a screen that marks them. */
export function findIn(query: Query, text: string): readonly Found[] {
  return wordsOf(text)
    .filter((word: Word) =>
      query.words.some((wanted) => isInWord(wanted.folded, word.folded)),
    )
    .map(({ from, to }) => ({ from, to }));
}

/** Anywhere in a word; with less than three letters at its beginning, and a single letter alone. */
function isInWord(wanted: string, word: string): boolean {
  const length = Array.from(wanted).length;
  if (length === 1) return word === wanted;
  return length < GRAM_LENGTH ? word.startsWith(wanted) : word.includes(wanted);
}
