/**
 * Wall times and zones (docs/spec/calendar.md, "Times"), by the zone data of this platform. No fold may ask here: two
 * devices with different releases of that data would disagree.
 */

import { err, ok, type Result } from "@halqa/bytes";
import { Temporal } from "temporal-polyfill";

/** A wall time that became an instant; `gap` and `overlap` say that the clocks of the place skip or repeat it. */
export interface ResolvedWall {
  /** Milliseconds since 1970 in UTC. */
  readonly instant: number;
  readonly resolution: "exact" | "gap" | "overlap";
}

/** Whether this platform has rules for a zone of that name. */
export function isKnownZone(zone: string): boolean {
  try {
    Temporal.ZonedDateTime.from({
      year: 2000,
      month: 1,
      day: 1,
      timeZone: zone,
    });
    return /^[A-Za-z]/u.test(zone);
  } catch {
    return false;
  }
}

/**
 * The instant of a wall time `2026-11-26T18:00` in an IANA zone. In a gap it is as much later as the clocks jump, in an
 * overlap it is the first of the two (RFC 5545, 3.3.5).
 */
export function resolveWall(
  local: string,
  zone: string,
): Result<ResolvedWall, { readonly kind: "unknown-zone" | "no-time" }> {
  if (!isKnownZone(zone)) return err({ kind: "unknown-zone" });
  const wall = parseWall(local);
  return wall === undefined
    ? err({ kind: "no-time" })
    : ok(resolve(wall, zone));
}

/** The wall time of an instant in a known zone, `2026-11-26T18:00`. */
export function wallAt(instant: number, zone: string): string {
  return formatWall(
    Temporal.Instant.fromEpochMilliseconds(instant)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime(),
  );
}

/** A wall time of a known zone as an instant. */
export function resolve(
  wall: Temporal.PlainDateTime,
  zone: string,
): ResolvedWall {
  const earlier = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = wall.toZonedDateTime(zone, { disambiguation: "later" });
  if (earlier.epochMilliseconds === later.epochMilliseconds) {
    return { instant: earlier.epochMilliseconds, resolution: "exact" };
  }
  // In a gap the two are the wall time read with the offsets after and before it: the later one moves forward.
  const isOverlap = earlier.toPlainDateTime().equals(wall);
  return isOverlap
    ? { instant: earlier.epochMilliseconds, resolution: "overlap" }
    : { instant: later.epochMilliseconds, resolution: "gap" };
}

/** Reads `2026-11-26T18:00`; undefined for anything else. */
export function parseWall(local: string): Temporal.PlainDateTime | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/u.test(local)) return undefined;
  try {
    return Temporal.PlainDateTime.from(local, { overflow: "reject" });
  } catch {
    return undefined;
  }
}

/** Reads `2026-11-26`; undefined for anything else. */
export function parseDate(date: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(date)) return undefined;
  try {
    return Temporal.PlainDate.from(date, { overflow: "reject" });
  } catch {
    return undefined;
  }
}

export function formatWall(wall: Temporal.PlainDateTime): string {
  return wall.toString({ smallestUnit: "minute" });
}
