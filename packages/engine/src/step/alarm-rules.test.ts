import { describe, expect, it } from "vitest";
import { gather } from "../testing/story.ts";
import { recordAt } from "../testing/trouble.ts";
import { createWorld } from "../testing/world.ts";
import {
  acknowledgeAlarm,
  addAlarms,
  alarmId,
  clearAlarms,
  isFrozen,
  visibleAlarms,
} from "./alarms.ts";
import type { StoredAlarm } from "./durable.ts";
import { MAX_ACKNOWLEDGED, MAX_ALARMS } from "./limits.ts";

function aRecord() {
  const world = createWorld("alarm rules", "alice", "bob");
  return recordAt(world, "alice", gather(world, "alice", "bob"));
}

function fork(at: number, isProven = false): StoredAlarm {
  return { kind: "fork", at, isProven };
}

describe("alarms", () => {
  it("[EN-140] have one id for one fact", () => {
    const record = addAlarms(aRecord(), [fork(3), fork(3), fork(3, true)]);
    expect(record.desk.alarms.map(alarmId)).toEqual([
      "fork 3",
      "fork 3 proven",
    ]);
    expect(addAlarms(record, [fork(3)])).toBe(record);
  });

  it("[EN-141] hold up what they hold up, seen or not", () => {
    const record = addAlarms(aRecord(), [fork(3, true)]);
    expect(isFrozen(record)).toBe(true);
    const seen = acknowledgeAlarm(record, "fork 3 proven");
    expect(visibleAlarms(seen)).toEqual([]);
    expect(isFrozen(seen)).toBe(true);
    expect(acknowledgeAlarm(seen, "fork 3 proven")).toBe(seen);
  });

  it("[EN-141] [EN-80] make room when they were seen, and only then", () => {
    const full = addAlarms(
      aRecord(),
      Array.from({ length: MAX_ALARMS + 3 }, (_, at) => fork(at)),
    );
    expect(full.desk.alarms).toHaveLength(MAX_ALARMS);
    expect(visibleAlarms(full)[0]).toEqual(fork(0));
    const seen = acknowledgeAlarm(full, "fork 2");
    const more = addAlarms(seen, [fork(99)]);
    expect(more.desk.alarms).toHaveLength(MAX_ALARMS);
    expect(more.desk.alarms).toContainEqual(fork(99));
    expect(more.desk.alarms).not.toContainEqual(fork(2));
    let many = more;
    for (let at = 0; at < 60; at++) {
      many = addAlarms(many, [fork(1_000 + at)]);
      const [first] = visibleAlarms(many);
      if (first !== undefined) many = acknowledgeAlarm(many, alarmId(first));
    }
    expect(many.desk.acknowledged).toHaveLength(MAX_ACKNOWLEDGED);
  });

  it("[EN-142] of a relay's contradiction hold nothing up at another relay", () => {
    const record = aRecord();
    const here = record.circle?.log.address.relayPub;
    const there = new Uint8Array(32).fill(9);
    const at = (relayPub: Uint8Array | undefined): StoredAlarm => ({
      kind: "fork",
      at: 1,
      isProven: true,
      relayPub,
    });
    expect(isFrozen(addAlarms(record, [at(here)]))).toBe(true);
    expect(isFrozen(addAlarms(record, [at(there)]))).toBe(false);
    expect(isFrozen(addAlarms(record, [at(undefined)]))).toBe(true);
  });

  it("[EN-143] that are over go, and the others stay", () => {
    const record = addAlarms(aRecord(), [fork(1), { kind: "gone", at: 2 }]);
    const cleared = clearAlarms(record, ({ kind }) => kind === "gone");
    expect(cleared.desk.alarms).toEqual([fork(1)]);
    expect(clearAlarms(cleared, ({ kind }) => kind === "gone")).toBe(cleared);
  });
});
