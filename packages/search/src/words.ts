/** The words of a text as search sees them, and where in the text they stand (docs/spec/search.md, SE-1, SE-9, SE-10). */

import { foldCodePoint, standsAlone } from "./fold-letter.ts";
import { MAX_WORD_LENGTH } from "./limits.ts";

export interface Word {
  readonly folded: string;
  /** In UTF-16 units of the text, its last joiners and marks included. */
  readonly from: number;
  readonly to: number;
}

const WAW = "و";
/** The carrier of a vowel that begins a word in Sorani; Arabic has it inside words only. */
const CARRIER = "ئ";

/** Folded words in their order; the same text gives the same words on every call. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let folded = "";
  let from = 0;
  let at = 0;
  const end = (): void => {
    if (folded !== "") words.push({ folded, from, to: at });
    folded = "";
  };
  for (const codePoint of text) {
    const letters = lettersOf(codePoint, folded);
    if (letters === undefined) end();
    else if (standsAlone(codePoint)) {
      end();
      words.push({ folded: letters, from: at, to: at + codePoint.length });
    } else {
      if (folded === "") from = at;
      folded = append(folded, letters);
    }
    at += codePoint.length;
  }
  end();
  return words;
}

function lettersOf(codePoint: string, before: string): string | undefined {
  if (codePoint === CARRIER && before === "") return "";
  return foldCodePoint(codePoint);
}

/** A long u is written with one waw or with two. */
function append(folded: string, letters: string): string {
  if (letters === WAW && folded.endsWith(WAW)) return folded;
  return folded.length >= MAX_WORD_LENGTH ? folded : folded + letters;
}

/** Arabic's article, alone or behind a particle. */
const article = /^(?:[وبفك]?ال|لل)(?=.{3})/u;

/** A word that is looked for, without the article: whoever looks for "the city" looks for cities. */
export function withoutArticle(folded: string): string {
  return folded.replace(article, "");
}
