/**
 * Alarms of a circle (docs/spec/engine.md, EN-38, EN-140 to EN-143): each once, the first ones are kept, a person can say that
 * one was seen, and those whose cause has gone go by themselves.
 */
import { equalBytes } from "@halqa/bytes";
import type { CircleRecord, StoredAlarm } from "./durable.ts";
import { MAX_ACKNOWLEDGED, MAX_ALARMS } from "./limits.ts";

export function addAlarms(
  record: CircleRecord,
  alarms: readonly StoredAlarm[],
): CircleRecord {
  let { alarms: known } = record.desk;
  for (const alarm of alarms) {
    if (known.some((one) => isSameAlarm(one, alarm))) continue;
    if (known.length >= MAX_ALARMS) known = makeRoom(record, known);
    if (known.length < MAX_ALARMS) known = [...known, alarm];
  }
  return withAlarms(record, known);
}

/** The oldest alarm that a person has seen goes, unless it is one that holds something up. */
function makeRoom(
  { desk }: CircleRecord,
  alarms: readonly StoredAlarm[],
): readonly StoredAlarm[] {
  const seen = alarms.find(
    (one) => !isProven(one) && desk.acknowledged.includes(alarmId(one)),
  );
  return seen === undefined ? alarms : alarms.filter((one) => one !== seen);
}

/** EN-143: the alarms whose cause has gone. */
export function clearAlarms(
  record: CircleRecord,
  isOver: (alarm: StoredAlarm) => boolean,
): CircleRecord {
  const { alarms } = record.desk;
  return alarms.some(isOver)
    ? withAlarms(
        record,
        alarms.filter((one) => !isOver(one)),
      )
    : record;
}

/** EN-141: the same record where no such alarm is told. */
export function acknowledgeAlarm(
  record: CircleRecord,
  id: string,
): CircleRecord {
  const { desk } = record;
  if (!visibleAlarms(record).some((one) => alarmId(one) === id)) return record;
  const acknowledged = [...desk.acknowledged, id].slice(-MAX_ACKNOWLEDGED);
  return { ...record, desk: { ...desk, acknowledged } };
}

/** What a person has not said to have seen. */
export function visibleAlarms({ desk }: CircleRecord): readonly StoredAlarm[] {
  const { alarms, acknowledged } = desk;
  return acknowledged.length === 0
    ? alarms
    : alarms.filter((one) => !acknowledged.includes(alarmId(one)));
}

/**
 * EN-48, F1: the relay has contradicted itself, so nobody can say which log is the circle's. Reading goes on, and what is
 * written waits; that a person has seen the alarm makes the relay no truer.
 */
export function isFrozen({ desk, circle }: CircleRecord): boolean {
  return desk.alarms.some((alarm) => {
    if (!isProven(alarm)) return false;
    const { relayPub } = alarm;
    const isElsewhere =
      circle !== undefined &&
      relayPub !== undefined &&
      !equalBytes(relayPub, circle.log.address.relayPub);
    return !isElsewhere;
  });
}

type Proof = Extract<StoredAlarm, { readonly isProven: boolean }>;

function isProven(alarm: StoredAlarm): alarm is Proof {
  return "isProven" in alarm && alarm.isProven;
}

export function isSameAlarm(one: StoredAlarm, other: StoredAlarm): boolean {
  return alarmId(one) === alarmId(other);
}

/** Names an alarm of a circle: the same fact has the same name whenever it is found. */
export function alarmId(alarm: StoredAlarm): string {
  if ("reason" in alarm) return `${alarm.kind} ${alarm.reason}`;
  const proof = isProven(alarm) ? " proven" : "";
  return `${alarm.kind} ${alarm.at}${proof}`;
}

function withAlarms(
  record: CircleRecord,
  alarms: readonly StoredAlarm[],
): CircleRecord {
  const { desk } = record;
  if (alarms === desk.alarms) return record;
  return { ...record, desk: { ...desk, alarms } };
}
