// Puts what has just come in its place (docs/spec/relay-node.md, RN-23): in the order of the keys, some thousand entries in a
// turn, so that those who append meanwhile wait for one turn and not for all, and each leaf is written for many.

import { assertInvariant, compareBytes } from "@halqa/bytes";
import type { LogTable } from "./logs.ts";
import { headOf, type StagedEntry, type Staging } from "./staging.ts";

export interface TurnSize {
  readonly entries: number;
  readonly bytes: number;
}

/** What one turn moves at most: it holds up those who append for some tenths of a second. */
const TURN: TurnSize = { entries: 4_096, bytes: 8_388_608 };

/** Does the work in one transaction; throws where nothing of it was done. */
type Transact = <T>(work: () => T) => T;

export interface Merging {
  /**
   * Moves what had come when the last merging was done, or a part of it, in one transaction. Answers whether something of
   * it is left; throws where the file cannot be written, and nothing of the turn is done.
   */
  turn(transact: Transact): boolean;
  /** Moves all that is waiting, inside a transaction. */
  moveAll(): void;
}

interface Queue {
  readonly entries: readonly StagedEntry[];
  moved: number;
  /** The last row of staging when the queue was made: all up to it are in the queue or merged. */
  readonly lastRow: number;
  readonly generation: number;
}

export function createMerging(logs: LogTable, most = TURN): Merging {
  const { staging } = logs;
  let queue: Queue | undefined;
  return {
    moveAll: () => {
      if (staging.rows() === 0) return;
      const { entries, lastRow } = createQueue(logs);
      moveEntries(logs, entries);
      staging.clear(lastRow);
    },
    turn: (transact) => {
      if (queue === undefined) {
        if (staging.rows() === 0) return false;
        queue = createQueue(logs);
        staging.turnOver();
      }
      const { entries, moved, generation } = queue;
      const some = takeTurn(entries, moved, most);
      const isGone = transact(() => {
        if (staging.generation() !== generation) return true;
        if (some.length > 0) moveEntries(logs, some);
        else clear(staging, queue);
        return false;
      });
      // Not before: where it failed, they are moved the next time.
      queue.moved = moved + some.length;
      if (isGone || some.length === 0) queue = undefined;
      return isGone || some.length > 0;
    },
  };
}

function clear(staging: Staging, queue: Queue | undefined): void {
  if (queue === undefined) return;
  const isMerged = queue.entries.every((entry) => entry.isMerged);
  assertInvariant(isMerged, "what is deleted here is in its place");
  staging.clear(queue.lastRow);
}

function createQueue({ staging }: LogTable): Queue {
  const logs = [...staging.logs.values()].toSorted((a, b) =>
    compareBytes(a.logId, b.logId),
  );
  const entries = logs.flatMap((log) => [...log.entries.values()]);
  // In leaves, those of logs whose ids begin alike lie between one another.
  const isMixed = logs.some(({ logId }, i) => {
    const before = logs[i - 1]?.logId.subarray(0, 4) ?? new Uint8Array();
    return compareBytes(before, logId.subarray(0, 4)) === 0;
  });
  if (isMixed) entries.sort((a, b) => compareBytes(a.record, b.record));
  const [lastRow, generation] = [staging.last(), staging.generation()];
  return { entries, moved: 0, lastRow, generation };
}

/** One entry at least, where there is one. */
function takeTurn(
  entries: readonly StagedEntry[],
  from: number,
  most: TurnSize,
): readonly StagedEntry[] {
  let bytes = 0;
  let end = from;
  for (const { room } of entries.slice(from, from + most.entries)) {
    bytes += room;
    if (end > from && bytes > most.bytes) break;
    end += 1;
  }
  return entries.slice(from, end);
}

/** Some entries in the order of their keys, but for those that have been moved meanwhile. */
function moveEntries(
  { staging, shelves, entries, records }: LogTable,
  some: readonly StagedEntry[],
): void {
  const moving = some.filter((entry) => !entry.isMerged);
  shelves.addStaged(moving);
  entries.leaves.put(moving.map(({ record }) => record));
  const ends = new Map<Uint8Array, { last: StagedEntry; day: number }>();
  let end: { last: StagedEntry; day: number } | undefined;
  for (const entry of moving) {
    if (end === undefined || compareBytes(end.last.logId, entry.logId) !== 0) {
      end = { last: entry, day: entry.day };
      ends.set(entry.logId, end);
    }
    end.last = entry;
    end.day = Math.max(end.day, entry.day);
    staging.forget(entry);
  }
  for (const { last, day } of ends.values()) {
    const { logId, seq } = last;
    records.edit(logId, (log) => ({
      seq,
      head: headOf(last),
      day: Math.max(day, log.day),
    }));
  }
}
