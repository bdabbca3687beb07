// When a device locks itself (docs/spec/app.md, AP-73). Two clocks, because each can stand still: one that is set goes back,
// one that runs on does not count while some devices sleep.

export interface Moment {
  /** Milliseconds since 1970. */
  readonly wall: number;
  /** Milliseconds since the page began. */
  readonly run: number;
}

const MINUTE_MS = 60_000;

/** Whether so much time has gone by since the last touch, by either clock. */
export function isOver(
  last: Moment,
  now: Moment,
  afterMinutes: number,
): boolean {
  if (afterMinutes === 0) return false;
  const gone = Math.max(now.wall - last.wall, now.run - last.run);
  return gone >= afterMinutes * MINUTE_MS;
}
