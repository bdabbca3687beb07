// The repeating of an event of a file (docs/spec/calendar.md, "Files"): taken where a series here can be that, else told.

import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import type { LeftOut } from "./event.ts";
import { MAX_EXCEPTIONS } from "./limits.ts";
import {
  isRecurrence,
  startsSeries,
  weekdayOf,
  type MovedDate,
  type Recurrence,
} from "./recurrence.ts";
import { ruleOf } from "./rrule.ts";
import { formatWall, parseWall, wallAt } from "./zone.ts";

interface EventOfFile {
  readonly event: ICAL.Component;
  readonly calendar: ICAL.Component;
  readonly start: ICAL.Time;
  readonly when: {
    readonly local: string;
    readonly zone: string;
    readonly isForeign: boolean;
  };
}

/** The series that the event is, if it is one; what of it did not come along. May throw where the library does. */
export function readSeries(file: EventOfFile): {
  readonly recurrence?: Recurrence;
  readonly leftOut: readonly LeftOut[];
} {
  const { event } = file;
  if (!event.hasProperty("rrule") && !event.hasProperty("rdate")) {
    return { leftOut: [] };
  }
  return seriesOf(file) ?? { leftOut: ["recurrence"] };
}

function seriesOf(
  file: EventOfFile,
): ReturnType<typeof readSeries> | undefined {
  const { event, when } = file;
  // In UTC the days of a rule of another place can be other days.
  if (when.isForeign || event.hasProperty("rdate")) return undefined;
  const recur = onlyRule(event);
  const start = parseWall(when.local)!.toPlainDate();
  const rule =
    recur === undefined ? undefined : ruleOf(recur, weekdayOf(start));
  if (recur === undefined || rule === undefined) return undefined;
  const { moved, isWhole } = readMoved(file);
  const exDates = readExDates(file);
  const series: Recurrence = {
    ...withEnd(rule, { recur, file }),
    ...(exDates.length === 0 ? {} : { exDates }),
    ...(moved.length === 0 ? {} : { moved }),
  };
  return isRecurrence(series) && startsSeries(start, series)
    ? { recurrence: series, leftOut: isWhole ? [] : ["changes"] }
    : undefined;
}

function onlyRule(event: ICAL.Component): ICAL.Recur | undefined {
  const rules = event.getAllProperties("rrule");
  const recur: unknown = rules[0]?.getFirstValue();
  return rules.length === 1 && recur instanceof ICAL.Recur ? recur : undefined;
}

function withEnd(
  rule: Recurrence,
  { recur, file }: { readonly recur: ICAL.Recur; readonly file: EventOfFile },
): Recurrence {
  if (recur.until !== null) {
    return { ...rule, until: dateOf(recur.until, file) };
  }
  return recur.count === null ? rule : { ...rule, count: recur.count };
}

/** The date at the place of the meeting that a value names. */
function dateOf(time: ICAL.Time, { when }: EventOfFile): string {
  const isUtc = time.zone === ICAL.Timezone.utcTimezone && !time.isDate;
  if (isUtc) return wallAt(time.toUnixTime() * 1_000, when.zone).slice(0, 10);
  return new Temporal.PlainDate(time.year, time.month, time.day).toString();
}

function readExDates(file: EventOfFile): readonly string[] {
  const dates = new Set<string>();
  for (const property of file.event.getAllProperties("exdate")) {
    for (const value of property.getValues() as unknown[]) {
      if (value instanceof ICAL.Time) dates.add(dateOf(value, file));
      if (dates.size > MAX_EXCEPTIONS) return [...dates];
    }
  }
  return [...dates];
}

/** Single meetings that the file changes: their times are taken, and whether more than that was changed is told. */
function readMoved(file: EventOfFile): {
  readonly moved: readonly MovedDate[];
  readonly isWhole: boolean;
} {
  const { event, calendar, when } = file;
  const uid = event.getFirstPropertyValue("uid");
  const moved: MovedDate[] = [];
  let isWhole = true;
  for (const one of calendar.getAllSubcomponents("vevent")) {
    const id = one.getFirstPropertyValue("recurrence-id");
    const start = one.getFirstPropertyValue("dtstart");
    const isOfThis =
      id instanceof ICAL.Time && one.getFirstPropertyValue("uid") === uid;
    if (!isOfThis || !(start instanceof ICAL.Time)) continue;
    const zone = one.getFirstProperty("dtstart")?.getFirstParameter("tzid");
    const isPlain = zone === when.zone && !start.isDate;
    if (!isPlain || moved.length >= MAX_EXCEPTIONS) {
      isWhole = false;
      continue;
    }
    const { year, month, day, hour, minute } = start;
    const wall = new Temporal.PlainDateTime(year, month, day, hour, minute);
    moved.push({ date: dateOf(id, file), local: formatWall(wall) });
    isWhole &&= ["summary", "location", "status"].every(
      (name) =>
        one.getFirstPropertyValue(name) === event.getFirstPropertyValue(name),
    );
  }
  return { moved, isWhole };
}
