/**
 * What a poll has come to (docs/spec/content.md, CT-72, CT-73). Every device computes it from the votes that it has; a
 * closing names the votes that were counted, so that a device which has another set says so instead of another result.
 */

import { encodeBase64url } from "@halqa/bytes";
import type { CastVote, PollItem } from "./item.ts";

export interface Tally {
  /** The votes that count, those taken back left out, in the order in which they were cast. */
  readonly votes: readonly CastVote[];
  /** By option: how many chose it; where options are ranked, how many put it first. */
  readonly counts: readonly number[];
  /** Closed, and the closing misses a vote that is here or names one that is not. */
  readonly contested: boolean;
}

/** The tally of a poll as it is now, or as it was closed. */
export function tallyOf(poll: PollItem): Tally {
  const { close, votes, ballot, options } = poll;
  const counted = new Set((close?.counted ?? []).map(encodeBase64url));
  const isCounted = ({ id }: CastVote): boolean =>
    close === undefined || counted.has(encodeBase64url(id));
  const counting = votes.filter(isCounted);
  const cast = counting
    .filter(({ choices }) => choices.length > 0)
    .toSorted((a, b) => a.position - b.position);
  const counts = options.map(() => 0);
  for (const { choices } of cast) {
    const chosen = ballot === "ranked" ? choices.slice(0, 1) : choices;
    for (const option of chosen) counts[option] = (counts[option] ?? 0) + 1;
  }
  const contested =
    close !== undefined &&
    (counting.length < counted.size || votes.some((x) => misses(x, isCounted)));
  return { votes: cast, counts, contested };
}

/** A vote that was taken back is missed by nobody. */
function misses(
  vote: CastVote,
  isCounted: (vote: CastVote) => boolean,
): boolean {
  return vote.choices.length > 0 && !isCounted(vote);
}

/** What a closing of this poll names: every vote that stands here. */
export function countedIn(poll: PollItem): readonly Uint8Array[] {
  return poll.votes
    .filter(({ choices }) => choices.length > 0)
    .map(({ id }) => id);
}
