import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { MAX_OCCURRENCES } from "./limits.ts";
import {
  isRecurrence,
  occurrencesOf,
  startsSeries,
  type Recurrence,
  type Series,
} from "./index.ts";

const weekly = { freq: "WEEKLY", interval: 1, byDay: ["TH"] } as const;
const monthly = {
  freq: "MONTHLY",
  interval: 1,
  byDay: { week: -1, day: "FR" },
} as const;
const from = Date.parse("2026-01-01T00:00Z");
const to = Date.parse("2036-01-01T00:00Z");

function locals(series: Series, limit = 600): readonly string[] {
  return occurrencesOf(series, { from, to, limit })!.map(({ local }) => local);
}

describe("series", () => {
  it("[CA-10] keeps the wall time through both changes of the clocks", () => {
    const all = occurrencesOf(
      { local: "2026-03-26T18:00", zone: "Europe/Berlin", recurrence: weekly },
      { from, to: Date.parse("2026-11-15T00:00Z") },
    )!;
    expect(new Set(all.map(({ local }) => local.slice(11)))).toEqual(
      new Set(["18:00"]),
    );
    const hours = all.map(({ instant }) => new Date(instant).getUTCHours());
    expect(hours[0]).toBe(17);
    expect(hours[1]).toBe(16);
    expect(hours.at(-1)).toBe(17);
  });

  it("[CA-10] meets a gap and an overlap on their dates with the stated results", () => {
    const sundays = { freq: "WEEKLY", interval: 1, byDay: ["SU"] } as const;
    const series = {
      local: "2026-03-22T02:30",
      zone: "Europe/Berlin",
      recurrence: sundays,
    };
    const all = occurrencesOf(series, { from, to })!;
    const at = (date: string) => all.find((x) => x.date === date)!;
    expect(at("2026-03-29")).toMatchObject({
      resolution: "gap",
      instant: Date.parse("2026-03-29T01:30Z"),
    });
    expect(at("2026-10-25")).toMatchObject({
      resolution: "overlap",
      instant: Date.parse("2026-10-25T00:30Z"),
    });
    expect(at("2026-04-05").resolution).toBe("exact");
  });

  it("[CA-10] counts weeks from Monday when there are two in between", () => {
    const recurrence = {
      freq: "WEEKLY",
      interval: 2,
      byDay: ["MO", "SU"],
    } as const;
    // Sunday the 11th ends the week that begins on Monday the 5th.
    expect(
      locals({ local: "2026-01-05T10:00", zone: "UTC", recurrence }, 4),
    ).toEqual([
      "2026-01-05T10:00",
      "2026-01-11T10:00",
      "2026-01-19T10:00",
      "2026-01-25T10:00",
    ]);
  });

  it("[CA-10] finds the last Friday of short and long months", () => {
    const series = {
      local: "2026-01-30T19:00",
      zone: "Asia/Beirut",
      recurrence: monthly,
    };
    expect(locals(series, 5)).toEqual([
      "2026-01-30T19:00",
      "2026-02-27T19:00",
      "2026-03-27T19:00",
      "2026-04-24T19:00",
      "2026-05-29T19:00",
    ]);
  });

  it("[CA-10] ends at its last date or number, those left out among them", () => {
    const start = { local: "2026-01-01T18:00", zone: "Europe/Berlin" };
    const until = { ...weekly, until: "2026-01-22" };
    expect(locals({ ...start, recurrence: until })).toHaveLength(4);
    const counted = { ...weekly, count: 4, exDates: ["2026-01-08"] };
    expect(locals({ ...start, recurrence: counted })).toEqual([
      "2026-01-01T18:00",
      "2026-01-15T18:00",
      "2026-01-22T18:00",
    ]);
  });

  it("[CA-12] leaves out, moves, and adds nothing by moving", () => {
    const recurrence: Recurrence = {
      ...weekly,
      count: 4,
      exDates: ["2026-01-08"],
      moved: [
        { date: "2026-01-15", local: "2026-01-16T20:00" },
        // No Thursday, and a Thursday behind the end.
        { date: "2026-01-20", local: "2026-01-20T20:00" },
        { date: "2026-03-05", local: "2026-01-21T20:00" },
      ],
    };
    const all = occurrencesOf(
      { local: "2026-01-01T18:00", zone: "Europe/Berlin", recurrence },
      { from, to },
    )!;
    expect(all.map((x) => [x.date, x.local, x.moved])).toEqual([
      ["2026-01-01", "2026-01-01T18:00", false],
      ["2026-01-15", "2026-01-16T20:00", true],
      ["2026-01-22", "2026-01-22T18:00", false],
    ]);
  });

  it("[CA-12] finds a meeting that was moved far from its date", () => {
    const recurrence: Recurrence = {
      ...weekly,
      moved: [{ date: "2026-01-15", local: "2027-06-01T20:00" }],
    };
    const found = occurrencesOf(
      { local: "2026-01-01T18:00", zone: "UTC", recurrence },
      {
        from: Date.parse("2027-06-01T00:00Z"),
        to: Date.parse("2027-06-02T00:00Z"),
      },
    )!;
    expect(found.map(({ date }) => date)).toEqual(["2026-01-15"]);
  });

  it.each<Recurrence>([
    { ...weekly, interval: 0 },
    { ...weekly, interval: 1.5 },
    { ...weekly, interval: 19 },
    { ...weekly, byDay: [] },
    { ...weekly, byDay: ["TH", "TH"] },
    { ...weekly, count: 0 },
    { ...weekly, count: 521 },
    { ...weekly, count: 3, until: "2026-12-31" },
    { ...weekly, until: "2026-02-30" },
    { ...weekly, exDates: ["2026-01-08", "2026-01-08"] },
    { ...weekly, exDates: ["2026-1-8"] },
    { ...weekly, moved: [{ date: "2026-01-08", local: "soon" }] },
    {
      ...weekly,
      exDates: Array.from({ length: 105 }, (_, n) =>
        Temporal.PlainDate.from("2026-01-01").add({ days: n }).toString(),
      ),
    },
  ])("[CA-11] %j is no series", (recurrence) => {
    expect(isRecurrence(recurrence)).toBe(false);
    const series = { local: "2026-01-01T18:00", zone: "UTC", recurrence };
    expect(occurrencesOf(series, { from, to })).toBeUndefined();
  });

  it("[CA-11] begins with its first meeting", () => {
    const at = (date: string) => Temporal.PlainDate.from(date);
    expect(startsSeries(at("2026-01-01"), weekly)).toBe(true);
    expect(startsSeries(at("2026-01-02"), weekly)).toBe(false);
    expect(startsSeries(at("2026-01-30"), monthly)).toBe(true);
    expect(startsSeries(at("2026-01-23"), monthly)).toBe(false);
    const second = { ...monthly, byDay: { week: 2, day: "TH" } } as const;
    expect(startsSeries(at("2026-01-08"), second)).toBe(true);
    expect(startsSeries(at("2026-01-15"), second)).toBe(false);
    const series = { local: "2026-01-02T18:00", zone: "UTC" };
    expect(
      occurrencesOf({ ...series, recurrence: weekly }, { from, to }),
    ).toBeUndefined();
  });

  it("[CA-13] ends and is bounded", () => {
    const daily = {
      freq: "WEEKLY",
      interval: 1,
      byDay: ["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
    } as const;
    const series = {
      local: "1970-01-01T00:00",
      zone: "UTC",
      recurrence: daily,
    };
    const all = { from: -Infinity, to: Infinity };
    expect(occurrencesOf(series, all)).toHaveLength(MAX_OCCURRENCES);
    expect(occurrencesOf(series, { from: Infinity, to: Infinity })).toEqual([]);
    expect(occurrencesOf(series, { from: to, to: from })).toEqual([]);
    const first = occurrencesOf(series, { ...all, limit: 1 })!;
    expect(first.map(({ date }) => date)).toEqual(["1970-01-01"]);
  });

  it("[CA-13] one meeting is one occurrence", () => {
    const series = { local: "2026-03-26T18:00", zone: "Europe/Berlin" };
    expect(locals(series)).toEqual(["2026-03-26T18:00"]);
    expect(occurrencesOf(series, { from: to, to: Infinity })).toEqual([]);
    const nowhere = { ...series, zone: "Mars/Olympus" };
    expect(occurrencesOf(nowhere, { from, to })).toBeUndefined();
  });
});
