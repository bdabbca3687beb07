/** Notes: what a relay confirmed and the store has to remember. They are made while frames are heard, and each is a small job. */
import { isSameAlarm } from "./alarms.ts";
import type { Note } from "./job.ts";
import { MAX_NOTES } from "./limits.ts";
import { update } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** Queues a note; one that waits already is not made twice. */
export function addNote(turn: Turn, note: Note): void {
  const { lane } = turn.state;
  // Alarms are all that a relay can make many of, and the first ones are enough.
  const isTooMuch = note.note === "alarm" && lane.notes.length >= MAX_NOTES;
  const isKnown = isTooMuch || lane.notes.some((one) => isSameNote(one, note));
  if (!isKnown)
    update(turn, { lane: { ...lane, notes: [...lane.notes, note] } });
}

function isSameNote(one: Note, other: Note): boolean {
  if (one.note !== other.note || one.circle !== other.circle) return false;
  if (one.note === "alarm")
    return other.note === "alarm" && isSameAlarm(one.alarm, other.alarm);
  if (one.note === "delivered")
    return other.note === "delivered" && one.delivery === other.delivery;
  if (one.note === "request-sent")
    return other.note === "request-sent" && one.inbox === other.inbox;
  if (one.note !== "acknowledged" || other.note !== "acknowledged") return true;
  return one.inbox === other.inbox && one.seq === other.seq;
}
