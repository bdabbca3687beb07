// Which meeting stands above the list: the next one of all circles.

import type { CircleSummary } from "@halqa/engine";

/** A meeting that has begun is still "next" for whoever is late. */
const STILL_ON_MS = 2 * 3_600_000;

export interface Meeting {
  readonly circle: CircleSummary;
  readonly notice: NonNullable<CircleSummary["nextNotice"]>;
}

export function nextMeeting(
  circles: readonly CircleSummary[],
  now: number,
): Meeting | undefined {
  return circles
    .flatMap((circle) =>
      circle.nextNotice ? [{ circle, notice: circle.nextNotice }] : [],
    )
    .filter(({ notice }) => notice.meeting !== "cancelled")
    .filter(({ notice }) => notice.when.instant > now - STILL_ON_MS)
    .toSorted((one, other) => {
      return one.notice.when.instant - other.notice.when.instant;
    })[0];
}
