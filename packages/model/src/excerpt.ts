/**
 * The beginning of a text on one line, for replies and the list of circles (docs/spec/content.md, CT-28). It never cuts
 * through what a reader sees as one sign, with rules over our own tables, so that summaries are alike on all devices.
 */

import {
  BIDI_BRACKETS,
  classOf,
  codePointsOf,
  JOINERS,
  MARKS,
  REGIONAL,
  SKIN_TONES,
  SPACES,
  TAG_END,
  TAGS,
  VARIATION_SELECTORS,
} from "./code-points.ts";
import { EXCERPT_CODE_POINTS } from "./limits.ts";

/** The longest emoji and the longest cluster of Indic letters are far shorter; a longer pile of marks is an attack. */
const LONGEST_SIGN = 32;

/** Code points that continue the sign before them. Of Korean jamo these are the vowels and finals. */
const continues = new RegExp(
  `^[${classOf(MARKS, JOINERS, VARIATION_SELECTORS, SKIN_TONES, TAGS, TAG_END, "1160-11ff d7b0-d7ff e33 eb3 ff9e-ff9f")}]`,
  "u",
);
/** Code points that draw the next one to themselves: the joiner, viramas of Indic scripts, number signs of Arabic. */
const continued = new RegExp(
  `[${classOf("200d 94d 9cd a4d acd b4d c4d ccd d4d dca 1039 17d2 600-605 6dd 70f 890-891 8e2")}]$`,
  "u",
);
const regional = new RegExp(`^[${classOf(REGIONAL)}]$`, "u");
const spaces = new RegExp(`[${classOf("9-a", SPACES)}]+`, "gu");
const outerSpaces = /^ | $/gu;
/** They pair up over a stretch of text, and a cut parts the pair. */
const brackets = new RegExp(`[${classOf(BIDI_BRACKETS)}]`, "gu");

/** At most `max` code points of `text` on one line, with an ellipsis where something is left out. */
export function excerptOf(text: string, max = EXCERPT_CODE_POINTS): string {
  const line = text
    .replace(brackets, "")
    .replace(spaces, " ")
    .replace(outerSpaces, "");
  // Most texts are short; of a long one no more than the excerpt and one sign is looked at.
  if (line.length <= max) return line;
  const codePoints = codePointsOf(line.slice(0, (max + LONGEST_SIGN) * 2));
  if (codePoints.length <= max) return line;
  const end = endOfSign(codePoints, max - 1);
  return `${codePoints.slice(0, end).join("").replace(outerSpaces, "")}…`;
}

/** The last place up to `limit` at which a cut parts nothing; `limit` itself where a sign is longer than any is. */
function endOfSign(codePoints: readonly string[], limit: number): number {
  for (let at = limit; at >= 0 && at > limit - LONGEST_SIGN; at--) {
    if (at === 0 || mayCut(codePoints, at)) return at;
  }
  return limit;
}

function mayCut(codePoints: readonly string[], at: number): boolean {
  const [before, after] = [codePoints[at - 1]!, codePoints[at]!];
  if (continues.test(after) || continued.test(before)) return false;
  return !regional.test(after) || regionalsBefore(codePoints, at) % 2 === 0;
}

/** Two of them are one flag, so it counts how many stand in a row. */
function regionalsBefore(codePoints: readonly string[], at: number): number {
  let count = 0;
  while (count < at && regional.test(codePoints[at - 1 - count]!)) count += 1;
  return count;
}
