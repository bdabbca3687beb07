/** Alarms of a circle: each once, and the first ones are kept (EN-38). */
import type { CircleRecord, StoredAlarm } from "./durable.ts";
import { MAX_ALARMS } from "./limits.ts";

export function addAlarms(
  record: CircleRecord,
  alarms: readonly StoredAlarm[],
): CircleRecord {
  let { alarms: known } = record.desk;
  for (const alarm of alarms) {
    const isKnown = known.some((one) => isSameAlarm(one, alarm));
    if (!isKnown && known.length < MAX_ALARMS) known = [...known, alarm];
  }
  return known === record.desk.alarms
    ? record
    : { ...record, desk: { ...record.desk, alarms: known } };
}

/**
 * EN-48, F1: the relay has contradicted itself, so nobody can say which log is the circle's. Reading goes on, and what is
 * written waits.
 */
export function isFrozen({ desk }: CircleRecord): boolean {
  return desk.alarms.some((alarm) => alarm.kind !== "halted" && alarm.isProven);
}

export function isSameAlarm(one: StoredAlarm, other: StoredAlarm): boolean {
  if (one.kind === "halted")
    return other.kind === "halted" && one.reason === other.reason;
  return (
    other.kind === one.kind &&
    one.at === other.at &&
    one.isProven === other.isProven
  );
}
