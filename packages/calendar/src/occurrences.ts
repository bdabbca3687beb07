/**
 * The meetings of a series, one after another (docs/spec/calendar.md, "Series"). The rule is followed in dates of the
 * place by ical.js; only then each wall time becomes an instant.
 */

import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { MAX_OCCURRENCES } from "./limits.ts";
import { isRecurrence, startsSeries, type Recurrence } from "./recurrence.ts";
import { recurOf } from "./rrule.ts";
import { formatWall, isKnownZone, parseWall, resolve } from "./zone.ts";

/** A meeting, or the first of a series. */
export interface Series {
  /** `2026-11-26T18:00` */
  readonly local: string;
  /** IANA name. */
  readonly zone: string;
  readonly recurrence?: Recurrence;
}

export interface Occurrence {
  /** The date that the rule gives, `2026-11-26`: the name of this meeting within its series. */
  readonly date: string;
  /** The wall time at the place; another day than `date` where it was moved. */
  readonly local: string;
  readonly instant: number;
  readonly resolution: "exact" | "gap" | "overlap";
  readonly moved: boolean;
}

/**
 * The meetings whose instants lie in `from` to before `to`, by instant, at most `limit` of them (and MAX_OCCURRENCES).
 * Undefined where the zone is not known here, or the series is none.
 */
export function occurrencesOf(
  series: Series,
  range: {
    readonly from: number;
    readonly to: number;
    readonly limit?: number;
  },
): readonly Occurrence[] | undefined {
  const start = parseWall(series.local);
  if (start === undefined || !isKnownZone(series.zone)) return undefined;
  const { recurrence } = series;
  if (recurrence !== undefined) {
    const isSound =
      isRecurrence(recurrence) && startsSeries(start.toPlainDate(), recurrence);
    if (!isSound) return undefined;
  }
  const most = Math.min(range.limit ?? MAX_OCCURRENCES, MAX_OCCURRENCES);
  return walk({ ...series, start }, range)
    .toSorted((a, b) => a.instant - b.instant)
    .slice(0, most);
}

/** A day and a half: no zone is further from UTC, and so no wall time further from what it would be in UTC. */
const MARGIN_MS = 36 * 3_600_000;

function walk(
  series: Series & { readonly start: Temporal.PlainDateTime },
  { from, to }: { readonly from: number; readonly to: number },
): Occurrence[] {
  const { start, zone, recurrence } = series;
  const isWithin = ({ instant }: Occurrence): boolean =>
    instant >= from && instant < to;
  if (recurrence === undefined) {
    return [
      occurrenceAt({ date: start.toPlainDate(), wall: start, zone }),
    ].filter(isWithin);
  }
  const { exDates = [], moved = [] } = recurrence;
  const elsewhere = new Map(moved.map(({ date, local }) => [date, local]));
  const found: Occurrence[] = [];
  for (const date of datesOf(start, recurrence)) {
    const name = date.toString();
    const wall = date.toPlainDateTime(start.toPlainTime());
    const roughly = wall.toZonedDateTime("UTC").epochMilliseconds;
    if (roughly - MARGIN_MS >= to) break;
    if (elsewhere.has(name) || exDates.includes(name)) continue;
    // Whatever surely lies before is not worth asking the zone's rules about.
    if (roughly + MARGIN_MS < from) continue;
    found.push(occurrenceAt({ date, wall, zone }));
    if (found.length >= MAX_OCCURRENCES * 2) break;
  }
  // A moved meeting can lie far from its date: each is looked at, and there are few.
  for (const [name, local] of elsewhere) {
    const date = Temporal.PlainDate.from(name);
    if (!isDateOf(date, start, recurrence)) continue;
    const wall = parseWall(local)!;
    found.push({ ...occurrenceAt({ date, wall, zone }), moved: true });
  }
  return found.filter(isWithin);
}

function occurrenceAt(at: {
  readonly date: Temporal.PlainDate;
  readonly wall: Temporal.PlainDateTime;
  readonly zone: string;
}): Occurrence {
  return {
    date: at.date.toString(),
    local: formatWall(at.wall),
    ...resolve(at.wall, at.zone),
    moved: false,
  };
}

/** Whether the rule gives a date; without that anybody could add meetings to a series by moving what is none. */
function isDateOf(
  wanted: Temporal.PlainDate,
  start: Temporal.PlainDateTime,
  rule: Recurrence,
): boolean {
  for (const date of datesOf(start, rule)) {
    const order = Temporal.PlainDate.compare(date, wanted);
    if (order === 0) return true;
    if (order > 0) return false;
  }
  return false;
}

/** More years than anyone plans; the iterator has to end on its own. */
const LAST_YEARS = 100;

function* datesOf(
  start: Temporal.PlainDateTime,
  rule: Recurrence,
): Generator<Temporal.PlainDate> {
  const { year, month, day } = start;
  const first = ICAL.Time.fromData({ year, month, day, isDate: true });
  const iterator = recurOf(rule).iterator(first);
  for (;;) {
    const next = iterator.next() as ICAL.Time | null | undefined;
    if (next === null || next === undefined) return;
    if (next.year > year + LAST_YEARS) return;
    yield new Temporal.PlainDate(next.year, next.month, next.day);
  }
}
