/**
 * Away for longer than a relay keeps what was written (docs/spec/engine.md, EN-144): the log goes on, and what comes next for this
 * device is not there any more. Only the relay says so, so nothing is given up for it: the person is told, and may ask to be
 * let in again.
 */
import { equalBytes } from "@halqa/bytes";
import { clearAlarms } from "./alarms.ts";
import type { CircleRecord, StoredAlarm } from "./durable.ts";
import { GAPS_BEFORE_GONE } from "./limits.ts";
import { addNote } from "./notes.ts";
import { update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** A page left out what its signed head covers. */
export function noteGap(turn: Turn, circle: string, seq: number): void {
  const known = turn.state.gaps.get(circle);
  const times = known?.seq === seq ? known.times + 1 : 1;
  const gaps = withEntry(turn.state.gaps, circle, { seq, times });
  update(turn, { gaps });
  if (times < GAPS_BEFORE_GONE) return;
  const logId = turn.state.logs.get(circle)?.logId;
  addNote(turn, {
    note: "alarm",
    circle,
    alarm: { kind: "gone", at: seq },
    logId,
  });
}

/** What was read has to be read again for a reason of our own. */
export function forgetGap(turn: Turn, circle: string): void {
  if (turn.state.gaps.has(circle))
    update(turn, { gaps: withEntry(turn.state.gaps, circle, undefined) });
}

/** EN-143: what was missing has been read since, or the circle went on elsewhere. */
export function clearOvercome(
  record: CircleRecord,
  before: CircleRecord | undefined,
): CircleRecord {
  const { circle } = record;
  if (circle === undefined) return record;
  const { seq, logId } = circle.log;
  const isElsewhere =
    before?.circle !== undefined && !equalBytes(before.circle.log.logId, logId);
  return clearAlarms(
    record,
    (one) => one.kind === "gone" && (isElsewhere || one.at <= seq),
  );
}

/** The log opened, or with `isRead` what comes next in it came: the alarms about it are over. */
export function noteThere(turn: Turn, circle: string, isRead: boolean): void {
  if (isRead) forgetGap(turn, circle);
  const record = turn.state.durable.circles.get(circle);
  if (record?.desk.alarms.some(isOver(isRead)) === true)
    addNote(turn, { note: "log-there", circle, isRead });
}

/** EN-143: alarms that say no more than that something is not there, once it is. */
export function isOver(isRead: boolean): (alarm: StoredAlarm) => boolean {
  return (alarm) =>
    (isRead && alarm.kind === "gone") ||
    (alarm.kind === "rollback" && !alarm.isProven);
}
