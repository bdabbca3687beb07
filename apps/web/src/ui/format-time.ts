// Times and days in the reader's words, digits and calendar. `locale` carries all three, as in
// `ar-u-ca-gregory-nu-arab`: `ar` alone gives Latin digits in Chromium. Nothing else in the app may ask the browser for
// the text of a date (AP-52). Formatters are kept, because making one costs more than using it a thousand times.

import {
  KURDISH,
  kurdishClock,
  kurdishDay,
  kurdishMonth,
  kurdishNumeric,
  kurdishWeekday,
  type KurdishDate,
} from "./format-kurdish.ts";
import { readLocale, writeDigits } from "./format-locale.ts";

const DAY_MS = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

// Whether a day has twice twelve hours is a matter of the device, not of the language of the page.
const deviceHours = new Intl.DateTimeFormat(undefined, {
  hour: "numeric",
}).resolvedOptions().hourCycle;

/** The kinds of texts that there are, for browsers that know the language. */
const FORMS = {
  clock: {
    hour: "numeric",
    minute: "2-digit",
    ...(deviceHours && { hourCycle: deviceHours }),
  },
  weekday: { weekday: "long" },
  weekdayShort: { weekday: "short" },
  weekdayAndDay: { weekday: "long", day: "numeric", month: "long" },
  weekdayAndDate: {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  },
  dayOfMonth: { day: "numeric" },
  dayAndMonth: { day: "numeric", month: "short" },
  month: { month: "short" },
  monthAndYear: { month: "short", year: "numeric" },
  numeric: { day: "numeric", month: "numeric", year: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
type Form = keyof typeof FORMS;

export interface TimeOptions {
  readonly locale: string;
  /** IANA name; absent: the device's. */
  readonly zone?: string | undefined;
}

/** `9:41`, by the device's habit of twelve or twenty-four hours. */
export function formatClock(at: number, options: TimeOptions): string {
  return format(at, options, "clock");
}

/** The day as a heading: today, yesterday, a weekday of the last six, else the date. */
export function formatDay(at: number, now: number, locale: string): string {
  const days = daysBetween(now, at);
  if (Math.abs(days) <= 1) return formatNearDay(days, locale);
  if (days < 0 && days > -7) return format(at, { locale }, "weekday");
  return format(
    at,
    { locale },
    isSameYear(at, now, locale) ? "weekdayAndDay" : "weekdayAndDate",
  );
}

/** For a list: the time if it was today, else the day, as short as it can be. */
export function formatRecent(at: number, now: number, locale: string): string {
  const days = daysBetween(now, at);
  if (days === 0) return formatClock(at, { locale });
  if (days === -1) return formatNearDay(days, locale);
  if (days < 0 && days > -7) return format(at, { locale }, "weekday");
  return format(
    at,
    { locale },
    isSameYear(at, now, locale) ? "dayAndMonth" : "numeric",
  );
}

export interface CalendarDay {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
}

/** The parts of a calendar leaf; the year only where it is not this one. */
export function formatCalendarDay(
  at: number,
  now: number,
  locale: string,
): CalendarDay {
  return {
    weekday: format(at, { locale }, "weekdayShort"),
    day: format(at, { locale }, "dayOfMonth"),
    month: format(
      at,
      { locale },
      isSameYear(at, now, locale) ? "month" : "monthAndYear",
    ),
  };
}

/** A date in full, for a sentence. */
export function formatDate(at: number, options: TimeOptions): string {
  return format(at, options, "weekdayAndDay");
}

/** What people call a zone: `Lebanon Time`; its distance where nobody wrote down what they call it. */
export function formatZone(at: number, zone: string, locale: string): string {
  const { kurdish, digits } = readLocale(locale);
  const parts = kurdish
    ? formatterOf({ locale: "en", zone }, { timeZoneName: "shortOffset" })
    : formatterOf({ locale, zone }, { timeZoneName: "shortGeneric" });
  const name = parts
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value;
  return name === undefined ? zone : writeDigits(name, kurdish ? digits : "");
}

/** Whether two zones have the same clock at one instant; a zone that this device does not know has none. */
export function isSameClock(at: number, one: string, other: string): boolean {
  const read = (zone: string): string =>
    formatterOf(
      { locale: "en", zone },
      {
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      },
    ).format(at);
  return one === other || read(one) === read(other);
}

export function deviceZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whole days of the device's calendar from `now` to `at`. */
function daysBetween(now: number, at: number): number {
  // Rounded: a day on which the clock is changed has 23 or 25 hours.
  return Math.round((startOfDay(at) - startOfDay(now)) / DAY_MS);
}

/** Whether two instants lie on one day of the device's calendar. */
export function isSameDay(one: number, other: number): boolean {
  return startOfDay(one) === startOfDay(other);
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** By the reader's calendar: its year begins elsewhere. */
function isSameYear(one: number, other: number, locale: string): boolean {
  return partsOf(one, { locale }).year === partsOf(other, { locale }).year;
}

/** Yesterday, today, tomorrow. */
function formatNearDay(days: number, locale: string): string {
  const { kurdish } = readLocale(locale);
  if (kurdish) return KURDISH[kurdish].near[String(days)] ?? "";
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(
    days,
    "day",
  );
}

function format(at: number, options: TimeOptions, form: Form): string {
  const { kurdish, calendar, digits } = readLocale(options.locale);
  if (kurdish === undefined)
    return formatterOf(options, FORMS[form]).format(at);
  const date: KurdishDate = {
    language: kurdish,
    calendar,
    parts: partsOf(at, options),
    digits: (text) => writeDigits(text, digits),
  };
  return inKurdish(date, form);
}

function inKurdish(date: KurdishDate, form: Form): string {
  const { comma } = KURDISH[date.language];
  const { day, year } = date.parts;
  switch (form) {
    case "clock":
      return kurdishClock(date, deviceHours === "h12" || deviceHours === "h11");
    case "weekday":
    case "weekdayShort":
      return kurdishWeekday(date);
    case "weekdayAndDay":
      return kurdishWeekday(date) + comma + kurdishDay(date, false);
    case "weekdayAndDate":
      return kurdishWeekday(date) + comma + kurdishDay(date, true);
    case "dayOfMonth":
      return date.digits(String(day));
    case "dayAndMonth":
      return kurdishDay(date, false);
    case "month":
      return kurdishMonth(date);
    case "monthAndYear":
      return `${kurdishMonth(date)} ${date.digits(String(year))}`;
    case "numeric":
      return kurdishNumeric(date);
  }
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A date as numbers of the reader's calendar. */
function partsOf(
  at: number,
  { locale, zone }: TimeOptions,
): KurdishDate["parts"] {
  const { calendar } = readLocale(locale);
  const parts = formatterOf(
    { locale: `en-u-ca-${calendar}-nu-latn`, zone },
    {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      weekday: "short",
      hour: "numeric",
      minute: "numeric",
      hourCycle: "h23",
    },
  ).formatToParts(at);
  const read = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((part) => part.type === type)?.value ?? "";
  return {
    year: Number.parseInt(read("year"), 10),
    month: Number(read("month")),
    day: Number(read("day")),
    weekday: WEEKDAYS.indexOf(read("weekday")),
    hour: Number(read("hour")),
    minute: Number(read("minute")),
  };
}

function formatterOf(
  { locale, zone }: TimeOptions,
  form: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, zone, form]);
  const kept = formatters.get(key);
  if (kept !== undefined) return kept;
  const made = createFormatter(locale, zone, form);
  formatters.set(key, made);
  return made;
}

function createFormatter(
  locale: string,
  zone: string | undefined,
  form: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  // Without a word of the reader, the calendar that all have in common, also where a language has another by habit.
  const common = { calendar: readLocale(locale).calendar, ...form };
  if (zone === undefined) return new Intl.DateTimeFormat(locale, common);
  try {
    return new Intl.DateTimeFormat(locale, { ...common, timeZone: zone });
  } catch {
    // The zone came from another member and may be unknown here: the device's own then.
    return new Intl.DateTimeFormat(locale, common);
  }
}
