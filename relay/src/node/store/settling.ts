// What the store does on its own soon after a write (docs/spec/relay-node.md, RN-13, RN-23): merges what has just come, then
// folds the write-ahead log into the file and cuts it to nothing, so that nothing is left that lies in the order in which
// it came. In turns, between which others are served.

import type { Staging } from "./staging.ts";
import { mergeAll, mergeSome, type Tables } from "./transactions.ts";

export interface Settling {
  /** Something was written, or may have been. */
  schedule(): void;
  /** Folds the write-ahead log now: what it takes from a full disk is needed more elsewhere. Answers whether it could. */
  fold(): boolean;
  /** Something was left by an end in the middle: its order is told since then. */
  begin(): void;
  stop(): void;
}

/** What may wait: beyond the first it is put in its place before its time, and beyond the second those who append wait. */
export const WAITING = {
  early: { rows: 16_384, bytes: 33_554_432 },
  // A store that takes more than it can put in its place would fall behind without end.
  most: { rows: 65_536, bytes: 134_217_728 },
} as const;

function isBeyond(
  staging: Staging,
  { rows, bytes }: { readonly rows: number; readonly bytes: number },
): boolean {
  return staging.rows() > rows || staging.bytes() > bytes;
}

export function createSettling(tables: Tables, afterMs: number): Settling {
  const { db, gate, staging } = tables;
  const checkpoint = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  // The disk was full a moment ago: each turn's part of the log is folded before the next.
  let isTight = false;

  const goOn = (): void => {
    turn = undefined;
    // What the log takes from a full disk is given back before more of it is asked for.
    isTight ||= !gate.mayWrite();
    if (isTight && !fold()) {
      schedule();
      return;
    }
    if (mergeSome(tables)) {
      turn = setImmediate(goOn);
      return;
    }
    isTight = !gate.mayWrite();
    if (isTight || !fold() || staging.rows() > 0) schedule();
  };
  const fold = (): boolean => {
    try {
      // Somebody who reads the file meanwhile, for a backup, holds it up.
      return checkpoint.get()?.["busy"] === 0;
    } catch {
      // A full disk: nothing is lost, the log stays as it is and is folded when there is room.
      return false;
    }
  };
  const begin = (): void => {
    clearTimeout(timer);
    timer = undefined;
    turn ??= setImmediate(goOn);
  };
  const schedule = (): void => {
    if (turn !== undefined) {
      if (isBeyond(staging, WAITING.most)) mergeAll(tables);
      return;
    }
    if (isBeyond(staging, WAITING.early)) begin();
    else timer ??= setTimeout(begin, afterMs);
  };
  return {
    schedule,
    begin,
    fold,
    stop: () => {
      clearTimeout(timer);
      clearImmediate(turn);
    },
  };
}
