import type { RepairView } from "@halqa/engine";
import { describe, expect, it } from "vitest";
import { alarmAction, commandsOf } from "./alarm-action.ts";

const repair: RepairView = {
  cause: "gone",
  asked: 1,
  coming: false,
  stewards: [],
};

describe("an alarm", () => {
  it("[AP-37] offers to ask again where this device is out, until it is let in", () => {
    for (const kind of ["halted", "gone"] as const) {
      expect(alarmAction(kind, undefined)).toBe("ask-again");
      expect(alarmAction(kind, repair)).toBe("ask-again");
      expect(alarmAction(kind, { ...repair, coming: true })).toBeUndefined();
    }
  });

  it("[AP-37] offers to look for an update where the circle asks for one, and tells the engine nothing", () => {
    expect(alarmAction("newer-version", undefined)).toBe("look-for-update");
    expect(commandsOf("look-for-update", "c", ["1"])).toEqual([]);
  });

  it("[AP-37] is else seen by the person's word, all of its kind at once", () => {
    for (const kind of [
      "fork",
      "rollback",
      "clone",
      "unconfirmed",
      "left-behind",
    ] as const) {
      expect(alarmAction(kind, undefined)).toBe("acknowledge");
    }
    expect(commandsOf("acknowledge", "c", ["1", "2"])).toEqual([
      { command: "acknowledge-alarm", circle: "c", alarm: "1" },
      { command: "acknowledge-alarm", circle: "c", alarm: "2" },
    ]);
    expect(commandsOf("ask-again", "c", ["1"])).toEqual([
      { command: "repair", circle: "c" },
    ]);
  });
});
