// A series as RFC 5545's RRULE and back (docs/spec/calendar.md, "Series" and "Files").

import ICAL from "ical.js";
import {
  isWeekday,
  isWeekOfMonth,
  type Recurrence,
  type Weekday,
} from "./recurrence.ts";

/** What ical.js calls the second day of a week that begins on Sunday. */
const MONDAY = 2;

/** The rule for ical.js, in dates; `until` is a date there. */
export function recurOf(rule: Recurrence): ICAL.Recur {
  const byday =
    rule.freq === "WEEKLY"
      ? [...rule.byDay]
      : [`${rule.byDay.week}${rule.byDay.day}`];
  const { until, count } = rule;
  return ICAL.Recur.fromData({
    freq: rule.freq,
    interval: rule.interval,
    // Weeks begin on Monday for everybody: with an interval above 1 another beginning would be another series.
    wkst: MONDAY,
    byday,
    ...(until === undefined ? {} : { until: ICAL.Time.fromDateString(until) }),
    ...(count === undefined ? {} : { count }),
  });
}

/** The series that a rule of a file is, without its end; undefined where no sentence of ours says that. */
export function ruleOf(
  recur: ICAL.Recur,
  startDay: Weekday,
): Recurrence | undefined {
  const { BYDAY, ...others } = recur.parts;
  if (Object.keys(others).length > 0) return undefined;
  const byDay: readonly string[] = BYDAY ?? [];
  if (recur.freq === "WEEKLY") {
    return weeklyOf(recur, byDay.length === 0 ? [startDay] : byDay);
  }
  return recur.freq === "MONTHLY" && byDay.length === 1
    ? monthlyOf(recur, byDay[0]!)
    : undefined;
}

function weeklyOf(
  { interval, wkst }: ICAL.Recur,
  byDay: readonly string[],
): Recurrence | undefined {
  // With weeks that begin on another day, "every second week" can be another series.
  const isOurs = interval === 1 || wkst === MONDAY;
  return isOurs && byDay.every(isWeekday)
    ? { freq: "WEEKLY", interval, byDay }
    : undefined;
}

function monthlyOf(
  { interval }: ICAL.Recur,
  byDay: string,
): Recurrence | undefined {
  const found = /^\+?(1|2|3|4|-1)([A-Z]{2})$/u.exec(byDay);
  const week = Number(found?.[1]);
  const day = found?.[2] ?? "";
  return isWeekOfMonth(week) && isWeekday(day)
    ? { freq: "MONTHLY", interval, byDay: { week, day } }
    : undefined;
}
