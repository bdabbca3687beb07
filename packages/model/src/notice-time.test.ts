import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noticeTime } from "../testing/arbitraries.ts";
import {
  composeNotice,
  endOfNotice,
  isNoticeTime,
  type NoticeTime,
} from "./index.ts";

const meeting: NoticeTime = {
  local: "2026-11-26T18:00",
  zone: "Asia/Beirut",
  instant: Date.UTC(2026, 10, 26, 16),
};

/** UTC, so that only the wall time is judged. */
const atLocal = (local: string): NoticeTime => ({
  local,
  zone: "UTC",
  instant: Date.parse(`${local}Z`),
});

describe("the time of a notice", () => {
  it("[CT-10] has a wall time that the calendar knows", () => {
    for (const local of [
      "1970-01-01T00:00",
      "2024-02-29T23:59",
      "2000-02-29T00:00",
      "2400-02-29T00:00",
      "2100-02-28T12:00",
      "9999-12-31T23:59",
    ]) {
      expect(isNoticeTime(atLocal(local)), local).toBe(true);
    }
    for (const local of [
      "1969-12-31T23:59",
      "2023-02-29T12:00",
      "2100-02-29T12:00",
      "2026-04-31T12:00",
      "2026-13-01T12:00",
      "2026-00-01T12:00",
      "2026-01-00T12:00",
      "2026-01-01T24:00",
      "2026-01-01T12:60",
    ]) {
      const near = { ...atLocal(local), instant: Date.UTC(2026, 0, 1, 12) };
      expect(isNoticeTime(near), local).toBe(false);
    }
    for (const local of [
      "",
      "2026-11-26",
      "2026-11-26 18:00",
      "2026-11-26T18:00Z",
      "2026-11-26T18:00:00",
      "26-11-26T18:00",
      " 2026-11-26T18:00",
      "٢٠٢٦-11-26T18:00",
    ]) {
      expect(isNoticeTime({ ...meeting, local }), local).toBe(false);
    }
  });

  it("[CT-10] agrees with the platform's calendar on every day of 400 years", () => {
    for (let day = 0; day < 146_097; day += 7) {
      const instant = day * 86_400_000 + 43_200_000;
      const local = new Date(instant).toISOString().slice(0, 16);
      const earlier = { local, zone: "UTC", instant: instant - 15 * 3_600_000 };
      expect(isNoticeTime({ local, zone: "UTC", instant })).toBe(true);
      // The edge shows that the day was counted to the minute.
      expect(isNoticeTime(earlier)).toBe(earlier.instant >= 0);
      earlier.instant -= 60_000;
      expect(isNoticeTime(earlier)).toBe(false);
    }
  });

  it("[CT-11] has a zone in the form of an IANA name", () => {
    for (const zone of [
      ...Intl.supportedValuesOf("timeZone"),
      "UTC",
      "Etc/GMT+3",
      "EST5EDT",
    ]) {
      expect(isNoticeTime({ ...meeting, zone }), zone).toBe(true);
    }
    for (const zone of [
      "",
      "/Beirut",
      "Asia/",
      "Asia//Beirut",
      "+02:00",
      "Asia/Bei rut",
      "../../etc/passwd",
      "a/b/c/d",
      "Azië/Beirut",
      "A".repeat(65),
    ]) {
      expect(isNoticeTime({ ...meeting, zone }), zone).toBe(false);
    }
  });

  it("[CT-12] has an instant in whole minutes that some zone could give this wall time", () => {
    const hours = (n: number): NoticeTime => ({
      ...meeting,
      instant: Date.UTC(2026, 10, 26, 18) + n * 3_600_000,
    });
    expect(isNoticeTime(hours(15))).toBe(true);
    expect(isNoticeTime(hours(-15))).toBe(true);
    expect(isNoticeTime(hours(15 + 1 / 60))).toBe(false);
    expect(isNoticeTime(hours(-15 - 1 / 60))).toBe(false);
    for (const instant of [
      meeting.instant + 1,
      meeting.instant + 0.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -meeting.instant,
    ]) {
      expect(isNoticeTime({ ...meeting, instant })).toBe(false);
    }
  });

  it("[CT-13] has a length of 1 minute to 1 week, or none", () => {
    for (const minutes of [1, 90, 10_080]) {
      expect(isNoticeTime({ ...meeting, minutes })).toBe(true);
    }
    for (const minutes of [0, -1, 1.5, 10_081, Number.NaN]) {
      expect(isNoticeTime({ ...meeting, minutes })).toBe(false);
    }
    const start = meeting.instant / 60_000;
    expect(endOfNotice(meeting)).toBe(start + 60);
    expect(endOfNotice({ ...meeting, minutes: 5 })).toBe(start + 5);
  });

  it("[CT-29] is composed from a form, without what the form holds beside it", () => {
    const form = { title: " T ", place: " P ", agenda: " 1. x \n", extra: 1 };
    expect(
      composeNotice({ ...form, when: { ...meeting, extra: 1 } as NoticeTime }),
    ).toEqual({
      ok: true,
      value: {
        kind: "notice",
        title: "T",
        when: meeting,
        place: "P",
        agenda: "1. x",
      },
    });
    const bad = { ...meeting, zone: "" };
    expect(composeNotice({ ...form, when: bad })).toEqual({
      ok: false,
      error: "bad-time",
    });
    expect(composeNotice({ ...form, title: " ", when: meeting })).toEqual({
      ok: false,
      error: "bad-text",
    });
  });

  it("[CT-10] is whatever the tests of contents make of it", () => {
    fc.assert(
      fc.property(noticeTime, (when) => {
        expect(isNoticeTime(when)).toBe(true);
      }),
    );
  });
});
