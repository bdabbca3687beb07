// How a circle's emblem follows from the circle: nobody above, nobody in the centre.

import type { SegmentTone } from "./ring-geometry.ts";

const MOST_SEGMENTS = 12;

/** A segment for each member, stewards first; beyond twelve members the share of stewards stays right and never vanishes. */
export function emblemSegments(
  members: number,
  stewards: number,
): readonly SegmentTone[] {
  const count = Math.max(1, Math.min(members, MOST_SEGMENTS));
  const share = Math.round((stewards / Math.max(1, members)) * count);
  const lit = stewards > 0 ? Math.max(1, share) : 0;
  return Array.from({ length: count }, (_, index) =>
    index < lit ? "accent" : "quiet",
  );
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The letter that tells circles apart: the first one, behind the article that most Arabic names begin with. */
export function emblemLetter(name: string): string {
  const letters = [...segmenter.segment(name.trim())].map(
    ({ segment }) => segment,
  );
  const [first = "", second = "", third] = letters;
  const isArticle = /^[اٱ]$/.test(first) && second === "ل";
  return (isArticle && third !== undefined ? third : first).toUpperCase();
}
