import {
  array,
  assert,
  constantFrom,
  nat,
  oneof,
  property,
  record,
  string,
} from "fast-check";
import ICAL from "ical.js";
import { expandRecurringEvent, sync as other, type VEvent } from "node-ical";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import {
  occurrencesOf,
  readCalendar,
  writeCalendar,
  type CalendarEvent,
  type Recurrence,
} from "./index.ts";

const meeting: CalendarEvent = {
  uid: "5b1c1f0e2a@halqa",
  sequence: 0,
  cancelled: false,
  title: "Weekly meeting",
  local: "2026-03-26T18:00",
  zone: "Europe/Berlin",
  minutes: 90,
  modified: Date.parse("2026-03-01T10:00Z"),
};
const weekly = { freq: "WEEKLY", interval: 1, byDay: ["TH"] } as const;
const here = { zone: "Europe/Berlin" };
const from = Date.parse("2026-01-01T00:00Z");
const to = Date.parse("2036-03-01T00:00Z");

const zones = [
  "Europe/Berlin",
  "Asia/Beirut",
  "America/Santiago",
  "Asia/Tehran",
  "Africa/Casablanca",
];
const rules: readonly (readonly [string, string, Recurrence])[] = [
  ["weekly", "2026-03-26T18:00", weekly],
  [
    "every second week on two days",
    "2026-03-23T08:30",
    { freq: "WEEKLY", interval: 2, byDay: ["MO", "TH"] },
  ],
  [
    "the last Sunday of the month, at night",
    "2026-03-29T23:45",
    { freq: "MONTHLY", interval: 1, byDay: { week: -1, day: "SU" } },
  ],
  [
    "the first Saturday of every third month, some left out and one moved",
    "2026-04-04T12:00",
    {
      freq: "MONTHLY",
      interval: 3,
      byDay: { week: 1, day: "SA" },
      exDates: ["2026-07-04", "2028-10-07"],
      moved: [{ date: "2026-10-03", local: "2026-10-05T19:30" }],
    },
  ],
  ["until a date", "2026-03-26T18:00", { ...weekly, until: "2031-10-30" }],
  ["a number of times", "2026-03-26T18:00", { ...weekly, count: 40 }],
];

function eventOf(text: string): VEvent {
  const event = Object.values(other.parseICS(text)).find(
    (one): one is VEvent => one?.type === "VEVENT",
  );
  return event!;
}

describe("files for other programs", () => {
  describe.each(zones)("in %s", (zone) => {
    it.each(rules)(
      "[CA-20] another library finds the same meetings: %s",
      (_, local, recurrence) => {
        const series = { local, zone, recurrence };
        const own = occurrencesOf(series, { from, to })!;
        const text = writeCalendar([{ ...meeting, ...series }]);
        const theirs = expandRecurringEvent(eventOf(text), {
          from: new Date(from),
          to: new Date(to - 1),
        });
        expect(own.length).toBeGreaterThan(30);
        expect(
          theirs.map(({ start }) => start.toISOString()).toSorted(),
        ).toEqual(own.map(({ instant }) => new Date(instant).toISOString()));
      },
    );

    it("[CA-21] the file's own rules give what the platform's do, for ten years", () => {
      const text = writeCalendar([{ ...meeting, zone }]);
      const component = ICAL.Component.fromString(text);
      const rulesOfZone = new ICAL.Timezone(
        component.getFirstSubcomponent("vtimezone")!,
      );
      const wrong: string[] = [];
      let at = Temporal.PlainDateTime.from("2025-04-01T12:00");
      for (; at.year < 2036; at = at.add({ days: 1 })) {
        const { year, month, day, hour, minute } = at;
        const data = { year, month, day, hour, minute, second: 0 };
        const theirs = ICAL.Time.fromData(data, rulesOfZone).toUnixTime();
        const own = at.toZonedDateTime(zone).epochMilliseconds / 1_000;
        if (theirs !== own) wrong.push(at.toString());
      }
      expect(wrong).toEqual([]);
    });
  });

  it("[CA-22] folds Arabic at 75 octets between characters", () => {
    const title = "اجتماع الحي الأسبوعي ".repeat(9).trim();
    const text = writeCalendar([{ ...meeting, title }]);
    const lines = text.split("\r\n");
    expect(lines.at(-1)).toBe("");
    for (const line of lines) {
      expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
      expect(line).not.toMatch(/[\r\n\uFFFD]/u);
    }
    expect(eventOf(text).summary).toBe(title);
  });

  it("[CA-22] no text becomes a property", () => {
    const text = writeCalendar([
      {
        ...meeting,
        title: "Tea\r\nATTENDEE:mailto:a@b.example",
        place: "Hall; 2, back \\ door",
        description: "1\n2\nBEGIN:VALARM\nEND:VEVENT",
      },
    ]);
    expect(text).not.toMatch(/^(?:ATTENDEE|BEGIN:VALARM)/mu);
    expect(text.match(/^END:VEVENT/gmu)).toHaveLength(1);
    const { place, description } = read(text)[0]!;
    expect(place).toBe("Hall; 2, back \\ door");
    expect(description).toBe("1\n2\nBEGIN:VALARM\nEND:VEVENT");
  });

  it("[CA-23] a cancelled version outranks the one before", () => {
    const text = writeCalendar([{ ...meeting, sequence: 3, cancelled: true }]);
    expect(text).toContain("\r\nSEQUENCE:3\r\n");
    expect(text).toContain("\r\nSTATUS:CANCELLED\r\n");
    expect(text).toContain("\r\nUID:5b1c1f0e2a@halqa\r\n");
    expect(eventOf(text).status).toBe("CANCELLED");
  });

  it("[CA-24] has no property beside what was given", () => {
    const text = writeCalendar([meeting]);
    const names = text
      .split("\r\n")
      .filter((line) => !line.startsWith(" "))
      .map((line) => /^[A-Z-]*/u.exec(line)![0]);
    const known =
      "BEGIN END VERSION PRODID METHOD UID DTSTAMP SEQUENCE SUMMARY DTSTART DTEND STATUS " +
      "TZID TZOFFSETFROM TZOFFSETTO RDATE";
    const allowed = new Set(["", ...known.split(" ")]);
    expect(names.filter((name) => !allowed.has(name))).toEqual([]);
  });

  it("[CA-27] several zones and meetings stand in one file", () => {
    const text = writeCalendar([
      meeting,
      { ...meeting, uid: "2@halqa", zone: "Asia/Beirut", title: "Other" },
      { ...meeting, uid: "3@halqa", title: "Third" },
    ]);
    expect(text.match(/^BEGIN:VTIMEZONE/gmu)).toHaveLength(2);
    expect(read(text).map(({ title, zone }) => [title, zone])).toEqual([
      ["Weekly meeting", "Europe/Berlin"],
      ["Other", "Asia/Beirut"],
      ["Third", "Europe/Berlin"],
    ]);
  });
});

function read(text: string) {
  const found = readCalendar(text, here);
  return found.ok ? found.value.drafts : [];
}

const lines = (...more: readonly string[]): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    "UID:1@elsewhere",
    "SUMMARY:Assembly",
    ...more,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");

describe("files from other programs", () => {
  it.each(rules)(
    "[CA-27] reads back what was written: %s",
    (_, local, recurrence) => {
      const event = {
        ...meeting,
        local,
        recurrence,
        place: "Hall",
        description: "Agenda",
      };
      expect(read(writeCalendar([event]))).toEqual([
        {
          title: "Weekly meeting",
          local,
          zone: "Europe/Berlin",
          minutes: 90,
          allDay: false,
          cancelled: false,
          place: "Hall",
          description: "Agenda",
          recurrence,
          leftOut: [],
        },
      ]);
    },
  );

  it("[CA-27] takes times in UTC, without a zone, of days, and with a length", () => {
    const one = (...more: readonly string[]) => read(lines(...more))[0];
    expect(one("DTSTART:20261126T170000Z", "DURATION:PT2H")).toMatchObject({
      local: "2026-11-26T17:00",
      zone: "UTC",
      minutes: 120,
    });
    expect(one("DTSTART:20261126T170000")).toMatchObject({
      local: "2026-11-26T17:00",
      zone: "Europe/Berlin",
      leftOut: [],
    });
    expect(one("DTSTART;VALUE=DATE:20261126")).toMatchObject({
      local: "2026-11-26T00:00",
      allDay: true,
    });
  });

  it("[CA-26] shows a zone of the file's own in UTC and says so", () => {
    const zone = [
      "BEGIN:VTIMEZONE",
      "TZID:Our Standard Time",
      "BEGIN:STANDARD",
      "DTSTART:16010101T000000",
      "TZOFFSETFROM:+0300",
      "TZOFFSETTO:+0300",
      "END:STANDARD",
      "END:VTIMEZONE",
    ];
    const text = lines(
      "DTSTART;TZID=Our Standard Time:20261126T180000",
      "RRULE:FREQ=WEEKLY",
    ).replace("BEGIN:VEVENT", `${zone.join("\r\n")}\r\nBEGIN:VEVENT`);
    expect(read(text)[0]).toMatchObject({
      local: "2026-11-26T15:00",
      zone: "UTC",
      leftOut: ["zone", "recurrence"],
    });
    expect(
      read(lines("DTSTART;TZID=Nobody Knows:20261126T180000"))[0],
    ).toMatchObject({ local: "2026-11-26T18:00", leftOut: ["zone"] });
  });

  it.each([
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=YEARLY",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=26",
    "RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
    "RRULE:FREQ=WEEKLY;BYHOUR=8,20",
    "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TH",
    "RRULE:FREQ=WEEKLY;BYDAY=MO",
    "RRULE:FREQ=WEEKLY;COUNT=9999",
    "RDATE;TZID=Europe/Berlin:20261201T180000",
    "RRULE:FREQ=WEEKLY\r\nRRULE:FREQ=MONTHLY;BYDAY=1MO",
  ])("[CA-26] says that it is repeated otherwise: %s", (rule) => {
    const [draft] = read(
      lines("DTSTART;TZID=Europe/Berlin:20261126T180000", rule),
    );
    expect(draft).toMatchObject({
      local: "2026-11-26T18:00",
      leftOut: ["recurrence"],
    });
    expect(draft).not.toHaveProperty("recurrence");
  });

  it("[CA-26] says that single meetings were changed", () => {
    const text = lines(
      "DTSTART;TZID=Europe/Berlin:20261126T180000",
      "RRULE:FREQ=WEEKLY;BYDAY=TH",
      "END:VEVENT",
      "BEGIN:VEVENT",
      "UID:1@elsewhere",
      "SUMMARY:Party",
      "RECURRENCE-ID;TZID=Europe/Berlin:20261203T180000",
      "DTSTART;TZID=Europe/Berlin:20261203T200000",
    );
    expect(read(text)).toMatchObject([
      {
        title: "Assembly",
        leftOut: ["changes"],
        recurrence: {
          moved: [{ date: "2026-12-03", local: "2026-12-03T20:00" }],
        },
      },
    ]);
  });

  it("[CA-25] answers what is no calendar, too long, or without events", () => {
    const kind = (text: string) => {
      const found = readCalendar(text, here);
      return found.ok ? "read" : found.error.kind;
    };
    expect(kind("")).toBe("no-calendar");
    expect(kind("BEGIN:VCARD\r\nEND:VCARD")).toBe("no-calendar");
    expect(kind("BEGIN:VCALENDAR\r\nBEGIN:VEVENT")).not.toBe("read");
    expect(kind("BEGIN:VCALENDAR\r\nEND:VCALENDAR")).toBe("no-events");
    expect(kind(lines("DTSTART:nonsense"))).toBe("no-events");
    expect(kind(lines("DTSTART:20261345T990000"))).toBe("no-events");
    expect(kind("x".repeat(1_048_577))).toBe("too-long");
  });

  it("[CA-25] offers no more than a screen and counts the rest", () => {
    const event =
      "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261126T170000Z\r\nEND:VEVENT\r\n";
    const text = `BEGIN:VCALENDAR\r\n${event.repeat(205)}END:VCALENDAR\r\n`;
    const found = readCalendar(text, here);
    expect(found.ok && found.value.drafts.length).toBe(200);
    expect(found.ok && found.value.skipped).toBe(5);
  });

  it("[CA-25] never throws, whatever is cut, doubled or changed", () => {
    const sound = writeCalendar(
      rules.map(([, local, recurrence]) => ({ ...meeting, local, recurrence })),
    ).split("\r\n");
    const change = record({
      at: nat(sound.length - 1),
      line: oneof(
        constantFrom(
          "BEGIN:VEVENT",
          "END:VEVENT",
          "DTSTART:20260230T250000",
          "RRULE:FREQ=WEEKLY;INTERVAL=0",
          "RRULE:FREQ=SECONDLY",
          "EXDATE;VALUE=PERIOD:20260101T000000Z/PT1H",
          "DURATION:-P99999999W",
          "TZOFFSETTO:99",
          "RECURRENCE-ID:x",
        ),
        string(),
        string({ unit: "binary" }),
      ),
      remove: nat(3),
    });
    assert(
      property(array(change, { maxLength: 4 }), (changes) => {
        const changed = [...sound];
        for (const { at, line, remove } of changes) {
          changed.splice(at, remove, line);
        }
        const found = readCalendar(changed.join("\r\n"), here);
        if (!found.ok) return;
        for (const { local, zone, recurrence } of found.value.drafts) {
          if (recurrence === undefined) continue;
          const series = { local, zone, recurrence };
          expect(occurrencesOf(series, { from, to: from })).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
