/**
 * The series that a meeting can be (docs/spec/calendar.md, "Series"): what people say in one sentence, a part of
 * RFC 5545's RRULE. Everything is a date of the place where the meeting is, so that daylight saving cannot move a meeting.
 */

import type { Temporal } from "temporal-polyfill";
import { MAX_COUNT, MAX_EXCEPTIONS, MAX_INTERVAL } from "./limits.ts";
import { parseDate, parseWall } from "./zone.ts";

/** RFC 5545's names, from Monday. */
export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
/** The first to fourth of a month, or its last. */
export type WeekOfMonth = 1 | 2 | 3 | 4 | -1;

/** One meeting of a series that is at another wall time than the rule says. */
export interface MovedDate {
  /** The date that the rule gives, `2026-11-26`. */
  readonly date: string;
  /** When it is instead, `2026-11-27T19:00`. */
  readonly local: string;
}

interface Ends {
  /** The last date that can be a meeting's; not together with `count`. */
  readonly until?: string;
  /** Meetings in all, those that are left out among them. */
  readonly count?: number;
  /** Dates of the rule without a meeting. */
  readonly exDates?: readonly string[];
  readonly moved?: readonly MovedDate[];
}

export type Recurrence = Ends &
  (
    | {
        readonly freq: "WEEKLY";
        readonly interval: number;
        /** At least one, each once. */
        readonly byDay: readonly Weekday[];
      }
    | {
        readonly freq: "MONTHLY";
        readonly interval: number;
        readonly byDay: { readonly week: WeekOfMonth; readonly day: Weekday };
      }
  );

/** Whether a series keeps every rule; one that does not is neither shown as a series nor written into a file. */
export function isRecurrence(rule: Recurrence): boolean {
  return (
    isWhole(rule.interval, MAX_INTERVAL) &&
    isByDay(rule) &&
    isEnd(rule) &&
    areExceptions(rule)
  );
}

function isEnd({ until, count }: Recurrence): boolean {
  if (until !== undefined) return count === undefined && isDate(until);
  return count === undefined || isWhole(count, MAX_COUNT);
}

function areExceptions({ exDates = [], moved = [] }: Recurrence): boolean {
  const dates = [...exDates, ...moved.map(({ date }) => date)];
  return (
    dates.length <= MAX_EXCEPTIONS &&
    dates.every(isDate) &&
    new Set(dates).size === dates.length &&
    moved.every(({ local }) => parseWall(local) !== undefined)
  );
}

function isWhole(n: number, most: number): boolean {
  return Number.isInteger(n) && n >= 1 && n <= most;
}

/** Whether a meeting on that date is the first of its own series. RFC 5545 leaves undefined what a file means where it is not. */
export function startsSeries(
  date: Temporal.PlainDate,
  rule: Recurrence,
): boolean {
  const day = weekdayOf(date);
  if (rule.freq === "WEEKLY") return rule.byDay.includes(day);
  const { week } = rule.byDay;
  const fits =
    week === -1
      ? date.day > date.daysInMonth - 7
      : Math.ceil(date.day / 7) === week;
  return day === rule.byDay.day && fits;
}

export function isWeekday(day: string): day is Weekday {
  return WEEKDAYS.some((x) => x === day);
}

export function isWeekOfMonth(week: number): week is WeekOfMonth {
  return [1, 2, 3, 4, -1].includes(week);
}

export function weekdayOf(date: Temporal.PlainDate): Weekday {
  return WEEKDAYS[date.dayOfWeek - 1]!;
}

function isByDay(rule: Recurrence): boolean {
  if (rule.freq === "WEEKLY") {
    const { byDay } = rule;
    return (
      byDay.length >= 1 &&
      new Set(byDay).size === byDay.length &&
      byDay.every(isWeekday)
    );
  }
  const { week, day } = rule.byDay;
  return isWeekOfMonth(week) && isWeekday(day);
}

function isDate(date: string): boolean {
  return parseDate(date) !== undefined;
}
