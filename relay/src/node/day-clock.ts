// The only clock that the relay keeps anything by: whole days since 1970 (docs/spec/relay-node.md, RN-12, RN-20, RN-31). The
// clock of a machine can be set wrong, by a year in either direction, while the relay runs or before it starts; what would
// be deleted for that is gone. So days pass here no faster than a clock that nobody sets says.

export interface DayClock {
  /** The day at the start. */
  readonly first: number;
  stop(): void;
}

const DAY_MS = 86_400_000;
const LOOK_MS = 60_000;
/** A little less than a day: midnight may be noticed a minute sooner than the last time, and clocks are adjusted. */
const LEAST_MS = 82_800_000;
/** A relay that was off for so many days goes on with the day of the machine. */
const USUAL_GAP = 2;

/**
 * Calls `onDay` when a later day begins; `last` is the day up to which the store was used. A clock that is set back takes no
 * day back, and then days pass by themselves; one that is set forward brings one day, and the next not before it is due.
 */
export function startDayClock(
  onDay: (day: number) => void,
  last?: number,
): DayClock {
  const first = firstDay(today(), last);
  let day = first;
  // The first midnight may come at any time after the start, unless the start has taken a day that may not be one.
  const isSure = last === undefined || today() - last <= USUAL_GAP;
  let since = elapsed();
  let isFirst = isSure;
  const timer = setInterval(() => {
    const now = elapsed();
    const isLater = today() > day && (isFirst || now - since >= LEAST_MS);
    const isBehind = today() < day && now - since >= DAY_MS;
    if (!isLater && !isBehind) return;
    day += 1;
    since = now;
    isFirst = false;
    onDay(day);
  }, LOOK_MS);
  return { first, stop: () => clearInterval(timer) };
}

function firstDay(now: number, last: number | undefined): number {
  if (last === undefined) return now;
  if (now - last > USUAL_GAP) return last + 1;
  return Math.max(now, last);
}

function today(): number {
  return Math.floor(Date.now() / DAY_MS);
}

/** Milliseconds on a clock that nobody sets. */
function elapsed(): number {
  return performance.now();
}
