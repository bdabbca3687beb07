// What a person can do about an alarm: one thing, or nothing but wait (docs/spec/app.md, AP-37).

import type { Alarm, Command, RepairView } from "@halqa/engine";

export type AlarmAction = "ask-again" | "acknowledge" | "look-for-update";

/** Undefined where all that can be done is under way. */
export function alarmAction(
  kind: Alarm["kind"],
  repair: RepairView | undefined,
): AlarmAction | undefined {
  if (kind === "newer-version") return "look-for-update";
  const isOut = kind === "halted" || kind === "gone";
  if (!isOut) return "acknowledge";
  return repair?.coming === true ? undefined : "ask-again";
}

/** The commands of an action: an alarm goes only by the person's word, each of its kind. */
export function commandsOf(
  action: AlarmAction,
  circle: string,
  ids: readonly string[],
): readonly Command[] {
  switch (action) {
    case "ask-again":
      return [{ command: "repair", circle }];
    case "acknowledge":
      return ids.map((alarm) => ({
        command: "acknowledge-alarm",
        circle,
        alarm,
      }));
    case "look-for-update":
      return [];
  }
}
