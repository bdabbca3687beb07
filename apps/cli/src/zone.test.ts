// Wall times, with the changes of the clock that make them ambiguous.

import { describe, expect, it } from "vitest";
import { resolveLocalTime } from "./zone.ts";

const iso = (local: string, zone: string): string | undefined => {
  const instant = resolveLocalTime(local, zone);
  return instant === undefined ? undefined : new Date(instant).toISOString();
};

describe("resolveLocalTime", () => {
  it.each([
    ["2026-11-26T18:00", "Asia/Beirut", "2026-11-26T16:00:00.000Z"],
    ["2026-07-01T00:30", "Europe/Berlin", "2026-06-30T22:30:00.000Z"],
    ["2026-01-01T12:00", "UTC", "2026-01-01T12:00:00.000Z"],
    // 02:30 occurs twice on this night: the first.
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    // 02:30 does not occur: as long after the change.
    ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
    ["2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["2026-03-08T02:30", "America/New_York", "2026-03-08T07:30:00.000Z"],
  ])("takes %s in %s for %s", (local, zone, wanted) => {
    expect(iso(local, zone)).toBe(wanted);
  });

  it.each([
    ["2026-02-30T10:00", "UTC"],
    ["2026-11-26 18:00", "UTC"],
    ["tomorrow", "UTC"],
    ["2026-11-26T18:00", "Asia/Nowhere"],
    ["2026-11-26T25:00", "UTC"],
  ])("refuses %s in %s", (local, zone) => {
    expect(resolveLocalTime(local, zone)).toBeUndefined();
  });
});
