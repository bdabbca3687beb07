/** Notes: what a relay confirmed and the store has to remember. They are made while frames are heard, and each is a small job. */
import { isSameAlarm } from "./alarms.ts";
import type { Note } from "./job.ts";
import { MAX_NOTES } from "./limits.ts";
import { update } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** Queues a note; one that waits already is not made twice. */
export function addNote(turn: Turn, note: Note): void {
  const { lane } = turn.state;
  // Alarms are all that a relay can make many of, moves that a member can: the first ones are enough.
  const isTooMuch =
    (note.note === "alarm" || note.note === "move") &&
    lane.notes.length >= MAX_NOTES;
  // Two words for a move are never the same note.
  const isKnown =
    isTooMuch ||
    (note.note !== "move" && lane.notes.some((one) => isSameNote(one, note)));
  if (!isKnown)
    update(turn, { lane: { ...lane, notes: [...lane.notes, note] } });
}

function isSameNote(one: Note, other: Note): boolean {
  if (one.note !== other.note || one.circle !== other.circle) return false;
  if (one.note === "alarm")
    return other.note === "alarm" && isSameAlarm(one.alarm, other.alarm);
  return detailOf(one) === detailOf(other);
}

/** What of a circle a note is about; nothing where there is only one of its kind. */
function detailOf(note: Note): string {
  if (note.note === "transfer") return note.file;
  if (note.note === "delivered") return note.delivery;
  if (note.note === "request-sent") return note.inbox;
  return note.note === "acknowledged" ? `${note.inbox} ${note.seq}` : "";
}
