import { describe, expect, it } from "vitest";
import { isKnownZone, resolveWall, wallAt } from "./index.ts";

const utc = (text: string): number => Date.parse(text);

describe("wall times", () => {
  it.each([
    ["2026-07-01T18:00", "Europe/Berlin", "2026-07-01T16:00Z"],
    ["2026-12-01T18:00", "Europe/Berlin", "2026-12-01T17:00Z"],
    ["2026-12-01T18:00", "Asia/Tehran", "2026-12-01T14:30Z"],
    ["2026-12-01T18:00", "America/Santiago", "2026-12-01T21:00Z"],
    ["2026-12-01T18:00", "Asia/Kathmandu", "2026-12-01T12:15Z"],
  ])("[CA-1] %s in %s is one instant", (local, zone, instant) => {
    expect(resolveWall(local, zone)).toEqual({
      ok: true,
      value: { instant: utc(instant), resolution: "exact" },
    });
    expect(wallAt(utc(instant), zone)).toBe(local);
  });

  it.each([
    // Clocks go from 2:00 to 3:00, and in Beirut from 0:00 to 1:00.
    ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30Z"],
    ["2026-03-29T00:15", "Asia/Beirut", "2026-03-28T22:15Z"],
    ["2026-09-06T00:30", "America/Santiago", "2026-09-06T04:30Z"],
  ])(
    "[CA-1] %s does not exist in %s: as much later as the clocks jump",
    (local, zone, instant) => {
      expect(resolveWall(local, zone)).toEqual({
        ok: true,
        value: { instant: utc(instant), resolution: "gap" },
      });
      const hour = Number(local.slice(11, 13)) + 1;
      expect(Number(wallAt(utc(instant), zone).slice(11, 13))).toBe(hour);
    },
  );

  it.each([
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30Z"],
    ["2026-04-04T23:30", "America/Santiago", "2026-04-05T02:30Z"],
  ])("[CA-1] %s comes twice in %s: the first", (local, zone, instant) => {
    expect(resolveWall(local, zone)).toEqual({
      ok: true,
      value: { instant: utc(instant), resolution: "overlap" },
    });
  });

  it.each(["Mars/Olympus", "", "+02:00", "Europe/Berlin\0", "../etc/passwd"])(
    "[CA-2] has no rules for the zone %j",
    (zone) => {
      expect(isKnownZone(zone)).toBe(false);
      expect(resolveWall("2026-07-01T18:00", zone)).toEqual({
        ok: false,
        error: { kind: "unknown-zone" },
      });
    },
  );

  it.each([
    "2026-02-29T10:00",
    "2026-13-01T10:00",
    "2026-01-01T24:00",
    "2026-01-01",
    "tomorrow",
    "2026-01-01T10:00:00Z",
    "",
  ])("[CA-2] %j is no wall time", (local) => {
    expect(resolveWall(local, "Europe/Berlin")).toEqual({
      ok: false,
      error: { kind: "no-time" },
    });
  });
});
