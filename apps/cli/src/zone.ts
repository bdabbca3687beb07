// Wall time in a zone to an instant, by the zone data of this Node.

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)$/;
const MINUTE = 60_000;

/**
 * The instant (milliseconds since 1970) of `2026-11-26T18:00` in an IANA zone; undefined when either is none. Where a
 * clock change makes the wall time occur twice, the first; where it makes it not occur, the time as far after the
 * change (RFC 5545, 3.3.5).
 */
export function resolveLocalTime(
  local: string,
  zone: string,
): number | undefined {
  if (!FORM.test(local)) return undefined;
  const asUtc = Date.parse(`${local}:00.000Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // Date takes 31 February for 3 March.
  if (!new Date(asUtc).toISOString().startsWith(local)) return undefined;
  const offsetAt = offsets(zone);
  if (offsetAt === undefined) return undefined;
  // Offsets a day before and after: at most one change lies between.
  const before = offsetAt(asUtc - 1_440 * MINUTE);
  const after = offsetAt(asUtc + 1_440 * MINUTE);
  const early = asUtc - before;
  if (offsetAt(early) === before) return early;
  const late = asUtc - after;
  return offsetAt(late) === after ? late : early;
}

function offsets(zone: string): ((instant: number) => number) | undefined {
  const format = formatIn(zone);
  if (format === undefined) return undefined;
  return (instant) => {
    const parts = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, value]),
    );
    const wall = Date.UTC(
      Number(parts["year"]),
      Number(parts["month"]) - 1,
      Number(parts["day"]),
      Number(parts["hour"]),
      Number(parts["minute"]),
    );
    return wall - Math.floor(instant / MINUTE) * MINUTE;
  };
}

function formatIn(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  } catch {
    // RangeError: no such zone.
    return undefined;
  }
}
