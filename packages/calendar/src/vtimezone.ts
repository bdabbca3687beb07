/**
 * The rules of a zone for a file (docs/spec/calendar.md, "Files"): each change of the clocks that this platform knows in
 * the years around a meeting, one by one, because not every place changes its clocks by a rule (Morocco, Iran, Lebanon).
 */

import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { ZONE_YEARS } from "./limits.ts";

interface Change {
  /** Wall time before the change, as RFC 5545 writes the beginning of an observance. */
  readonly onset: Temporal.PlainDateTime;
  /** Seconds ahead of UTC. */
  readonly from: number;
  readonly to: number;
  readonly isDaylight: boolean;
}

/** A VTIMEZONE that says what the clocks of a known zone do from the year before `start` on. */
export function zoneComponent(zone: string, start: number): ICAL.Component {
  const component = new ICAL.Component("vtimezone");
  component.addPropertyWithValue("tzid", zone);
  const { first, changes } = changesOf(zone, start);
  for (const group of grouped([first, ...changes])) {
    component.addSubcomponent(observance(group));
  }
  return component;
}

function changesOf(
  zone: string,
  start: number,
): { readonly first: Change; readonly changes: readonly Change[] } {
  const begin = Temporal.Instant.fromEpochMilliseconds(start)
    .toZonedDateTimeISO(zone)
    .subtract({ years: 1 });
  const end = begin.add({ years: 1 + ZONE_YEARS });
  const changes: Change[] = [];
  let at = begin.getTimeZoneTransition("next");
  while (at !== null && Temporal.ZonedDateTime.compare(at, end) < 0) {
    const before = at.subtract({ nanoseconds: 1 });
    changes.push({
      onset: at
        .withTimeZone("UTC")
        .add({ nanoseconds: before.offsetNanoseconds })
        .toPlainDateTime(),
      from: secondsAhead(before),
      to: secondsAhead(at),
      isDaylight: at.offsetNanoseconds > before.offsetNanoseconds,
    });
    at = at.getTimeZoneTransition("next");
  }
  const first: Change = {
    onset: begin.toPlainDateTime().round("minute"),
    from: secondsAhead(begin),
    to: secondsAhead(begin),
    // Of what came before the first change, all that matters is its offset.
    isDaylight: changes[0]?.isDaylight === false,
  };
  return { first, changes };
}

/** Changes between the same two offsets make one observance with many dates. */
function grouped(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const name = `${change.from} ${change.to}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [change]);
    else group.push(change);
  }
  return [...groups.values()];
}

function observance(group: readonly Change[]): ICAL.Component {
  const { isDaylight, from, to } = group[0]!;
  const component = new ICAL.Component(isDaylight ? "daylight" : "standard");
  const onsets = group.map(({ onset }) => timeOf(onset));
  component.addPropertyWithValue("dtstart", onsets[0]!);
  component.addPropertyWithValue(
    "tzoffsetfrom",
    ICAL.UtcOffset.fromSeconds(from),
  );
  component.addPropertyWithValue("tzoffsetto", ICAL.UtcOffset.fromSeconds(to));
  if (onsets.length === 1) return component;
  // The first one again: beside dates some programs, ical.js among them, pass over the beginning.
  for (const date of onsets) component.addPropertyWithValue("rdate", date);
  return component;
}

function secondsAhead(time: Temporal.ZonedDateTime): number {
  return time.offsetNanoseconds / 1_000_000_000;
}

/** A wall time for ical.js, without a zone. */
export function timeOf(wall: Temporal.PlainDateTime): ICAL.Time {
  const { year, month, day, hour, minute, second } = wall;
  return ICAL.Time.fromData({ year, month, day, hour, minute, second });
}
