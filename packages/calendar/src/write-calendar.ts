/**
 * Meetings as an iCalendar file (RFC 5545; docs/spec/calendar.md, "Files"). What is in the file has left the encryption:
 * whoever calls this says so to the person first.
 */

import { assertInvariant } from "@halqa/bytes";
import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import type { CalendarEvent } from "./event.ts";
import { isRecurrence, startsSeries } from "./recurrence.ts";
import { recurOf } from "./rrule.ts";
import { timeOf, zoneComponent } from "./vtimezone.ts";
import { isKnownZone, parseDate, parseWall, resolve } from "./zone.ts";

// The library counts without the space before a line that goes on; with it a line has the 75 octets of RFC 5545, 3.1.
ICAL.foldLength = 74;

/**
 * The file's text, lines folded and ended as RFC 5545 says. Every event has a known zone and, where it is a series, a
 * sound one that it starts.
 */
export function writeCalendar(events: readonly CalendarEvent[]): string {
  const calendar = new ICAL.Component("vcalendar");
  calendar.addPropertyWithValue("version", "2.0");
  calendar.addPropertyWithValue("prodid", "-//Halqa//Halqa//EN");
  calendar.addPropertyWithValue("method", "PUBLISH");
  for (const [zone, first] of zonesOf(events)) {
    calendar.addSubcomponent(zoneComponent(zone, first));
  }
  for (const event of events) {
    for (const component of componentsOf(event)) {
      calendar.addSubcomponent(component);
    }
  }
  return `${calendar.toString()}\r\n`;
}

/** Each zone once, with the earliest instant that is told in it. */
function zonesOf(events: readonly CalendarEvent[]): Map<string, number> {
  const zones = new Map<string, number>();
  for (const { local, zone } of events) {
    const wall = parseWall(local);
    assertInvariant(wall !== undefined && isKnownZone(zone), "a known time");
    const { instant } = resolve(wall, zone);
    zones.set(zone, Math.min(zones.get(zone) ?? instant, instant));
  }
  return zones;
}

/** The event, and one more for each meeting of a series that was moved. */
function componentsOf(event: CalendarEvent): readonly ICAL.Component[] {
  const start = parseWall(event.local)!;
  const main = componentAt(event, start);
  const rule = event.recurrence;
  if (rule === undefined) return [main];
  const isSound = isRecurrence(rule) && startsSeries(start.toPlainDate(), rule);
  assertInvariant(isSound, "a sound series");
  const recur = recurOf(rule);
  if (rule.until !== undefined) {
    // Beside a time with a zone the last one is told in UTC (RFC 5545, 3.3.10).
    const last = parseDate(rule.until)!.toPlainDateTime(start.toPlainTime());
    recur.until = utcTime(resolve(last, event.zone).instant);
  }
  main.addPropertyWithValue("rrule", recur);
  const nameOf = (date: string): Temporal.PlainDateTime =>
    parseDate(date)!.toPlainDateTime(start.toPlainTime());
  for (const date of rule.exDates ?? []) {
    addZoned(main, "exdate", { wall: nameOf(date), zone: event.zone });
  }
  const moved = (rule.moved ?? []).map(({ date, local }) => {
    const component = componentAt(event, parseWall(local)!);
    addZoned(component, "recurrence-id", {
      wall: nameOf(date),
      zone: event.zone,
    });
    return component;
  });
  return [main, ...moved];
}

function componentAt(
  event: CalendarEvent,
  start: Temporal.PlainDateTime,
): ICAL.Component {
  const { zone, place, description } = event;
  const { instant } = resolve(start, zone);
  const end = Temporal.Instant.fromEpochMilliseconds(
    instant + event.minutes * 60_000,
  ).toZonedDateTimeISO(zone);
  const component = new ICAL.Component("vevent");
  component.addPropertyWithValue("uid", event.uid);
  component.addPropertyWithValue("dtstamp", utcTime(event.modified));
  component.addPropertyWithValue("sequence", event.sequence);
  component.addPropertyWithValue("summary", event.title);
  addZoned(component, "dtstart", { wall: start, zone });
  addZoned(component, "dtend", { wall: end.toPlainDateTime(), zone });
  if (place !== undefined) component.addPropertyWithValue("location", place);
  if (description !== undefined) {
    component.addPropertyWithValue("description", description);
  }
  component.addPropertyWithValue(
    "status",
    event.cancelled ? "CANCELLED" : "CONFIRMED",
  );
  return component;
}

function addZoned(
  component: ICAL.Component,
  name: string,
  at: { readonly wall: Temporal.PlainDateTime; readonly zone: string },
): void {
  const property = new ICAL.Property(name);
  property.setParameter("tzid", at.zone);
  property.setValue(timeOf(at.wall));
  component.addProperty(property);
}

function utcTime(instant: number): ICAL.Time {
  const { year, month, day, hour, minute, second } =
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO("UTC");
  const whole = { year, month, day, hour, minute, second };
  return ICAL.Time.fromData(whole, ICAL.Timezone.utcTimezone);
}
