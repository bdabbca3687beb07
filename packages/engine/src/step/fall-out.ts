/**
 * Losing step with a circle (docs/spec/repair.md, RP-1): nothing more of it can be read, so its keys go, and what is needed to be
 * let in again is kept, with the list, the outbox and everything else that is this person's.
 */
import type { Circle } from "../circle/circle.ts";
import { lastGoodOf } from "../circle/last-good.ts";
import type { RepairCause } from "../circle/repair-request.ts";
import { addAlarms } from "./alarms.ts";
import type { CircleRecord, StoredAlarm } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { unseal } from "./outbox.ts";
import { none } from "./writes.ts";

export function fallOut(
  env: StepEnv,
  record: CircleRecord,
  o: {
    readonly circle: Circle;
    readonly cause: RepairCause;
    readonly alarms: readonly StoredAlarm[];
  },
): CircleRecord {
  const { circle, cause } = o;
  const lastGood = lastGoodOf(circle, env);
  const alarmed = addAlarms(record, o.alarms);
  return {
    ...alarmed,
    desk: {
      ...alarmed.desk,
      place: "halted",
      name: circle.info.name,
      readBefore: lastGood.entriesRead,
    },
    circle: undefined,
    repair: {
      cause,
      lastGood,
      // Whoever builds the circle anew may have been answered already.
      asks: record.repair?.asks ?? [],
      count: 0,
      welcome: undefined,
      delivery: undefined,
    },
    // What was sealed was sealed for an epoch that this device leaves: it goes out again under the same ids.
    outbox: record.outbox.map(unseal),
    planned: undefined,
    proposed: undefined,
    moves: none,
    presence: undefined,
  };
}
