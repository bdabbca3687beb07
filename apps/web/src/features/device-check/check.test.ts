import { describe, expect, it } from "vitest";
import {
  CHECKS,
  notChecked,
  reduceDevice,
  summarize,
  type DeviceState,
} from "./check.ts";
import type { Observation } from "./probe.ts";

const GOOD: readonly Observation[] = [
  { kind: "page", isSecure: true, isIsolated: true },
  { kind: "locking", outcome: "works" },
  { kind: "saving", outcome: "works" },
  { kind: "room", freeBytes: 1_000_000_000 },
  { kind: "lasting", isPromised: true },
];

function after(...observations: readonly Observation[]): DeviceState {
  return observations.reduce<DeviceState>(reduceDevice, notChecked);
}

describe("the device check", () => {
  it("[AP-10] passes no row before something was observed of it", () => {
    expect(summarize(notChecked)).toEqual({ isDone: false, failed: 0 });
    GOOD.forEach((_, missing) => {
      const state = after(...GOOD.filter((__, index) => index !== missing));
      const waiting = CHECKS.filter(
        (check) => state.findings[check].state === "waiting",
      );
      expect(waiting).toHaveLength(1);
      expect(summarize(state).isDone).toBe(false);
    });
  });

  it("[AP-10] passes every row of a good device, in any order", () => {
    const state = after(...GOOD.toReversed());
    const states = CHECKS.map((check) => state.findings[check].state);
    expect(new Set(states)).toEqual(new Set(["passed"]));
    expect(summarize(state)).toEqual({ isDone: true, failed: 0 });
  });

  it.each<[string, Observation, string]>([
    [
      "page",
      { kind: "page", isSecure: false, isIsolated: true },
      "page-not-protected",
    ],
    [
      "page",
      { kind: "page", isSecure: true, isIsolated: false },
      "page-not-apart",
    ],
    [
      "locking",
      { kind: "locking", outcome: "not-loaded" },
      "locking-not-loaded",
    ],
    ["locking", { kind: "locking", outcome: "wrong-answer" }, "locking-wrong"],
    ["saving", { kind: "saving", outcome: "refused" }, "saving-refused"],
    ["saving", { kind: "saving", outcome: "wrong-answer" }, "saving-wrong"],
    ["room", { kind: "room", freeBytes: 49_999_999 }, "room-little"],
    ["room", { kind: "room", freeBytes: -1 }, "room-little"],
  ])("[AP-13] fails the row %s after %o", (check, observation, says) => {
    const state = after(...GOOD, observation);
    expect(Object.entries(state.findings)).toContainEqual([
      check,
      { state: "failed", says },
    ]);
    expect(summarize(state)).toEqual({ isDone: true, failed: 1 });
  });

  it.each<[string, Observation, string]>([
    ["room", { kind: "room", freeBytes: undefined }, "room-unknown"],
    ["lasting", { kind: "lasting", isPromised: false }, "lasting-open"],
    ["lasting", { kind: "lasting", isPromised: undefined }, "lasting-open"],
  ])(
    "[AP-13] neither passes nor fails the row %s after %o",
    (check, observation, says) => {
      const state = after(...GOOD, observation);
      expect(Object.entries(state.findings)).toContainEqual([
        check,
        { state: "note", says },
      ]);
      expect(summarize(state).failed).toBe(0);
    },
  );

  it("[AP-10] fails what a lost worker still owed, and nothing else", () => {
    const early = after({ kind: "worker-lost", because: "not-started" });
    expect(early.findings.locking).toEqual({
      state: "failed",
      says: "worker-not-started",
    });
    expect(early.findings.saving.state).toBe("failed");
    const late = after(
      { kind: "locking", outcome: "works" },
      { kind: "worker-lost", because: "no-answer" },
    );
    expect(late.findings.locking.state).toBe("passed");
    expect(late.findings.saving).toEqual({
      state: "failed",
      says: "worker-silent",
    });
    expect(late.findings.page.state).toBe("waiting");
  });

  it("begins again from nothing", () => {
    expect(reduceDevice(after(...GOOD), { kind: "started" })).toEqual(
      notChecked,
    );
  });
});
