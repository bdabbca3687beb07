import { describe, expect, it } from "vitest";
import { formatNumber } from "./format-number.ts";
import {
  formatCalendarDay,
  formatDay,
  formatRecent,
  formatZone,
  isSameClock,
  isSameDay,
} from "./format-time.ts";

const EN = "en-u-nu-latn";
const AR = "ar-u-nu-arab";
const HOUR = 3_600_000;
const now = new Date(2026, 10, 26, 12, 0).getTime();

describe("times", () => {
  it("[AP-4] have the words and digits of the reader", () => {
    expect(formatDay(now, now, EN)).toBe("today");
    expect(formatDay(now, now, AR)).toBe("اليوم");
    expect(formatDay(now - 24 * HOUR, now, AR)).toBe("أمس");
    expect(formatDay(now - 24 * 40 * HOUR, now, AR)).toContain("١٧");
    expect(formatNumber(1_234, AR)).toBe("١٬٢٣٤");
    expect(formatCalendarDay(now, now, AR)).toEqual({
      weekday: "الخميس",
      day: "٢٦",
      month: "نوفمبر",
    });
  });

  it("tell the year of a day where it is another", () => {
    const later = new Date(2030, 10, 26).getTime();
    expect(formatCalendarDay(later, now, EN).month).toBe("Nov 2030");
  });

  it("tell days by the calendar, not by the hours between", () => {
    expect(formatDay(now - 13 * HOUR, now, EN)).toBe("yesterday");
    expect(formatDay(now - 11 * HOUR, now, EN)).toBe("today");
    expect(isSameDay(now, now + 11 * HOUR)).toBe(true);
    expect(isSameDay(now, now + 13 * HOUR)).toBe(false);
  });

  it("are short in a list", () => {
    expect(formatRecent(now, now, EN)).toMatch(/^12:00/);
    expect(formatRecent(now - 3 * 24 * HOUR, now, EN)).toBe("Monday");
    expect(formatRecent(now - 30 * 24 * HOUR, now, EN)).toBe("Oct 27");
    expect(formatRecent(now - 400 * 24 * HOUR, now, EN)).toBe("10/22/25");
  });

  it("know when two zones have one clock", () => {
    expect(isSameClock(now, "Europe/Berlin", "Europe/Paris")).toBe(true);
    expect(isSameClock(now, "Europe/Berlin", "Asia/Beirut")).toBe(false);
    expect(formatZone(now, "Asia/Beirut", EN)).toBe("Lebanon Time");
  });

  it("stand a zone that nobody knows", () => {
    expect(() => formatZone(now, "Mars/Olympus", EN)).not.toThrow();
    expect(isSameClock(now, "<script>", "<script>")).toBe(true);
  });
});
