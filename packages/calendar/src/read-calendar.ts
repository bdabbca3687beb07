/**
 * An iCalendar file as filled forms (RFC 5545; docs/spec/calendar.md, "Files"). The file comes from anywhere: it is
 * bounded, nothing of it is followed or fetched, and a person looks at each form before anything is sent.
 */

import { err, ok, type Result } from "@halqa/bytes";
import ICAL from "ical.js";
import type { Temporal } from "temporal-polyfill";
import type { DraftEvent } from "./event.ts";
import {
  MAX_CALENDAR_CHARACTERS,
  MAX_CHANGES,
  MAX_DRAFTS,
  MAX_OBSERVANCES,
} from "./limits.ts";
import { readSeries } from "./read-series.ts";
import { formatWall, isKnownZone, parseWall, wallAt } from "./zone.ts";

export interface ReadCalendarError {
  readonly kind: "too-long" | "no-calendar" | "no-events";
}

export interface ReadCalendar {
  /** In the order of the file. */
  readonly drafts: readonly DraftEvent[];
  /** Events that have no time to read, or are more than a screen can offer. */
  readonly skipped: number;
}

/** Reads a file's text; never throws. What has no zone in the file is in `zone`, the reader's own. */
export function readCalendar(
  text: string,
  { zone }: { readonly zone: string },
): Result<ReadCalendar, ReadCalendarError> {
  if (text.length > MAX_CALENDAR_CHARACTERS) return err({ kind: "too-long" });
  const calendar = parse(text);
  if (calendar === undefined) return err({ kind: "no-calendar" });
  const events = calendar
    .getAllSubcomponents("vevent")
    .filter((event) => !event.hasProperty("recurrence-id"));
  const drafts: DraftEvent[] = [];
  for (const event of events.slice(0, MAX_DRAFTS)) {
    const draft = readDraft(event, { calendar, zone });
    if (draft !== undefined) drafts.push(draft);
  }
  return drafts.length === 0
    ? err({ kind: "no-events" })
    : ok({ drafts, skipped: events.length - drafts.length });
}

/** The library throws at what it cannot read, in many ways: all of them mean that this is no calendar. */
function parse(text: string): ICAL.Component | undefined {
  try {
    const component = ICAL.Component.fromString(text.replace(/^\uFEFF/u, ""));
    if (component.name !== "vcalendar") return undefined;
    for (const zone of component.getAllSubcomponents("vtimezone")) {
      if (!isFiniteZone(zone)) component.removeSubcomponent(zone);
    }
    return component;
  } catch {
    return undefined;
  }
}

/**
 * Whether the rules of a zone end soon enough: the library writes down every change up to the year it is asked about, and
 * a rule of each second fills the memory of a phone.
 */
function isFiniteZone(zone: ICAL.Component): boolean {
  const observances = zone.getAllSubcomponents();
  return (
    observances.length <= MAX_OBSERVANCES &&
    observances.every((one) => {
      const rules = one.getAllProperties("rrule");
      return (
        one.getAllProperties().length <= MAX_CHANGES &&
        rules.length <= 1 &&
        rules.every((rule) => isYearly(rule.getFirstValue()))
      );
    })
  );
}

function isYearly(rule: unknown): boolean {
  if (!(rule instanceof ICAL.Recur) || rule.freq !== "YEARLY") return false;
  const { BYMONTH = [], BYDAY = [], ...others } = rule.parts;
  return (
    BYMONTH.length === 1 &&
    BYDAY.length <= 1 &&
    Object.keys(others).every((part) => part === "BYMONTHDAY")
  );
}

/** Values are parsed when they are asked for, and that throws as well. */
function readDraft(
  event: ICAL.Component,
  {
    calendar,
    zone,
  }: { readonly calendar: ICAL.Component; readonly zone: string },
): DraftEvent | undefined {
  try {
    const start = event.getFirstPropertyValue("dtstart");
    if (!(start instanceof ICAL.Time)) return undefined;
    const when = readStart(event, { start, zone });
    if (when === undefined) return undefined;
    const minutes = readMinutes(event, start);
    const { recurrence, leftOut } = readSeries({
      event,
      calendar,
      start,
      when,
    });
    return {
      title: textOf(event, "summary"),
      local: when.local,
      zone: when.zone,
      ...(minutes === undefined ? {} : { minutes }),
      allDay: start.isDate,
      cancelled: textOf(event, "status").toUpperCase() === "CANCELLED",
      place: textOf(event, "location"),
      description: textOf(event, "description"),
      ...(recurrence === undefined ? {} : { recurrence }),
      leftOut: [...(when.isForeign ? (["zone"] as const) : []), ...leftOut],
    };
  } catch {
    return undefined;
  }
}

function readStart(
  event: ICAL.Component,
  { start, zone }: { readonly start: ICAL.Time; readonly zone: string },
):
  | {
      readonly local: string;
      readonly zone: string;
      readonly isForeign: boolean;
    }
  | undefined {
  const wall = parseWritten(event.getFirstProperty("dtstart"));
  if (wall === undefined) return undefined;
  const named = event.getFirstProperty("dtstart")?.getFirstParameter("tzid");
  if (named !== undefined && isKnownZone(named)) {
    return { local: formatWall(wall), zone: named, isForeign: false };
  }
  // A zone that the file describes under a name of its own: what stays true is the instant.
  if (named !== undefined && start.zone.tzid === named) {
    const instant = start.toUnixTime() * 1_000;
    return { local: wallAt(instant, "UTC"), zone: "UTC", isForeign: true };
  }
  const isUtc = start.zone === ICAL.Timezone.utcTimezone;
  return {
    local: formatWall(wall),
    zone: isUtc ? "UTC" : zone,
    isForeign: named !== undefined,
  };
}

/** Whole minutes from the beginning to the end, by the end or the length that the file says. */
function readMinutes(
  event: ICAL.Component,
  start: ICAL.Time,
): number | undefined {
  const end = event.getFirstPropertyValue("dtend");
  const length = event.getFirstPropertyValue("duration");
  let seconds = 0;
  if (end instanceof ICAL.Time) seconds = end.toUnixTime() - start.toUnixTime();
  else if (length instanceof ICAL.Duration) seconds = length.toSeconds();
  const minutes = Math.round(seconds / 60);
  return Number.isFinite(minutes) && minutes >= 1 ? minutes : undefined;
}

/** The wall time as the file has it: the library makes the 2nd of March of a 30th of February. */
function parseWritten(
  property: ICAL.Property | null,
): Temporal.PlainDateTime | undefined {
  const written: unknown = property?.jCal[3];
  if (typeof written !== "string") return undefined;
  const [date = "", time = "00:00"] = written.split("T");
  return parseWall(`${date}T${time.slice(0, 5)}`);
}

function textOf(event: ICAL.Component, name: string): string {
  const value = event.getFirstPropertyValue(name);
  return typeof value === "string" ? value : "";
}
