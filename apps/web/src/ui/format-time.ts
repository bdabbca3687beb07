// Times and days in the reader's words and digits. `locale` carries the digits, as in `ar-u-nu-arab`: `ar` alone gives
// Latin ones in Chromium. Formatters are kept, because making one costs more than using it a thousand times.

const DAY_MS = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

// Whether a day has twice twelve hours is a matter of the device, not of the language of the page.
const deviceHours = new Intl.DateTimeFormat(undefined, {
  hour: "numeric",
}).resolvedOptions().hourCycle;

export interface TimeOptions {
  readonly locale: string;
  /** IANA name; absent: the device's. */
  readonly zone?: string | undefined;
}

/** `9:41`, by the device's habit of twelve or twenty-four hours. */
export function formatClock(at: number, options: TimeOptions): string {
  return format(at, options, {
    hour: "numeric",
    minute: "2-digit",
    ...(deviceHours && { hourCycle: deviceHours }),
  });
}

/** The day as a heading: today, yesterday, a weekday of the last six, else the date. */
export function formatDay(at: number, now: number, locale: string): string {
  const days = daysBetween(now, at);
  if (Math.abs(days) <= 1) {
    return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(
      days,
      "day",
    );
  }
  if (days < 0 && days > -7) return format(at, { locale }, { weekday: "long" });
  return format(
    at,
    { locale },
    {
      weekday: "long",
      day: "numeric",
      month: "long",
      ...(isSameYear(at, now) ? {} : { year: "numeric" }),
    },
  );
}

/** For a list: the time if it was today, else the day, as short as it can be. */
export function formatRecent(at: number, now: number, locale: string): string {
  const days = daysBetween(now, at);
  if (days === 0) return formatClock(at, { locale });
  if (days === -1) return formatDay(at, now, locale);
  if (days < 0 && days > -7) return format(at, { locale }, { weekday: "long" });
  return format(
    at,
    { locale },
    isSameYear(at, now)
      ? { day: "numeric", month: "short" }
      : { day: "numeric", month: "numeric", year: "2-digit" },
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
  const year = isSameYear(at, now) ? {} : ({ year: "numeric" } as const);
  return {
    weekday: format(at, { locale }, { weekday: "short" }),
    day: format(at, { locale }, { day: "numeric" }),
    month: format(at, { locale }, { month: "short", ...year }),
  };
}

/** A date in full, for a sentence. */
export function formatDate(at: number, { locale, zone }: TimeOptions): string {
  return format(
    at,
    { locale, zone },
    { weekday: "long", day: "numeric", month: "long" },
  );
}

/** What people call a zone: `Lebanon Time`. */
export function formatZone(at: number, zone: string, locale: string): string {
  const parts = formatterOf({ locale, zone }, { timeZoneName: "shortGeneric" });
  const name = parts
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName");
  return name?.value ?? zone;
}

/** Whether two zones have the same clock at one instant; a zone that this device does not know has none. */
export function isSameClock(at: number, one: string, other: string): boolean {
  const read = (zone: string): string =>
    format(
      at,
      { locale: "en", zone },
      {
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      },
    );
  return one === other || read(one) === read(other);
}

export function deviceZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function formatNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
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

function isSameYear(one: number, other: number): boolean {
  return new Date(one).getFullYear() === new Date(other).getFullYear();
}

function format(
  at: number,
  options: TimeOptions,
  form: Intl.DateTimeFormatOptions,
): string {
  return formatterOf(options, form).format(at);
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
  // One calendar for all: a meeting's date has to be the same number for everyone.
  const common = { calendar: "gregory", ...form };
  if (zone === undefined) return new Intl.DateTimeFormat(locale, common);
  try {
    return new Intl.DateTimeFormat(locale, { ...common, timeZone: zone });
  } catch {
    // The zone came from another member and may be unknown here: the device's own then.
    return new Intl.DateTimeFormat(locale, common);
  }
}
