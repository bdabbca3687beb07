// Moves what has just come to its rows and places (docs/spec/relay-node.md, RN-23): in the order of the ids, some hundred
// entries in a turn, so that those who append meanwhile wait for one turn and not for all.

import type { DatabaseSync } from "node:sqlite";
import { compareBytes } from "@halqa/bytes";
import type { Shelves } from "./shelf.ts";
import type { StagedEntry, StagedLog, Staging } from "./staging.ts";

/** What one turn moves: some milliseconds' worth, or more where so much waits that merging would fall behind. */
const TURN = { entries: 512, bytes: 2_097_152 } as const;
const LONG_TURN = { entries: 4_096, bytes: 16_777_216 } as const;
/** Rows that one turn deletes. */
const ROWS_IN_A_TURN = 4_096;

/** Does the work in one transaction; throws where nothing of it was done. */
type Transact = <T>(work: () => T) => T;

export interface Merging {
  /**
   * Moves what had come when the last merging was done, or a part of it, in one transaction. Answers whether something of
   * it is left; throws where the file cannot be written, and nothing of the turn is done.
   */
  turn(transact: Transact): boolean;
  /** Moves what is waiting of one log, inside a transaction. */
  moveLog(log: StagedLog): void;
}

interface MergingParts {
  readonly staging: Staging;
  readonly shelves: Shelves;
}

interface Queue {
  readonly entries: readonly StagedEntry[];
  next: number;
  /** The last row of `staging` when the queue was made: all up to it are in the queue or merged. */
  readonly lastRow: number;
}

export function createMerging(
  db: DatabaseSync,
  { staging, shelves }: MergingParts,
): Merging {
  const statements = {
    insert: db.prepare(
      "INSERT INTO entries (log_id, seq, entry_id, head, day, size, place) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
    advance: db.prepare(
      "UPDATE logs SET seq = ?, head = ?, day = max(day, ?) WHERE log_id = ?",
    ),
  };
  let queue: Queue | undefined;

  const moveAll = (some: readonly StagedEntry[]): void => {
    let lastDay = 0;
    for (const [i, entry] of some.entries()) {
      const { n, logId, seq, entryId, head, day, size } = entry;
      const place = shelves.addStaged({ id: logId, number: seq }, { n, size });
      statements.insert.run(logId, seq, entryId, head, day, size, place);
      staging.forget(entry);
      lastDay = Math.max(lastDay, day);
      const next = some[i + 1];
      if (next !== undefined && compareBytes(next.logId, logId) === 0) continue;
      statements.advance.run(seq, head, lastDay, logId);
      lastDay = 0;
    }
  };

  return {
    moveLog: ({ entries }) => moveAll([...entries.values()]),
    turn: (transact) => {
      if (queue === undefined) {
        if (staging.rows() === 0) return false;
        queue = createQueue(staging);
      }
      const { entries, next, lastRow } = queue;
      if (next < entries.length) {
        const isMuch = entries.length > 4 * LONG_TURN.entries;
        const some = takeTurn(entries, next, isMuch ? LONG_TURN : TURN);
        transact(() => moveAll(some.filter((entry) => staging.has(entry))));
        queue.next = next + some.length;
        return true;
      }
      const upTo = transact(() => staging.clear(lastRow, ROWS_IN_A_TURN));
      staging.cleared(upTo);
      if (upTo < lastRow) return true;
      queue = undefined;
      return false;
    },
  };
}

function createQueue(staging: Staging): Queue {
  const logs = [...staging.logs.values()].toSorted((a, b) =>
    compareBytes(a.logId, b.logId),
  );
  const entries = logs.flatMap((log) => [...log.entries.values()]);
  return { entries, next: 0, lastRow: staging.last() };
}

/** One entry at least. */
function takeTurn(
  entries: readonly StagedEntry[],
  from: number,
  most: { readonly entries: number; readonly bytes: number },
): readonly StagedEntry[] {
  let bytes = 0;
  let end = from;
  for (const { size } of entries.slice(from, from + most.entries)) {
    bytes += size;
    if (end > from && bytes > most.bytes) break;
    end += 1;
  }
  return entries.slice(from, end);
}
