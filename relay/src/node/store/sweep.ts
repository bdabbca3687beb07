// Deletes what is too old (docs/spec/relay-node.md, RN-25). A sweep walks over all logs, inboxes and blobs in the order of
// their ids, some of them in each request; where it stopped is remembered here. There is no index by day: it would cost
// each append something, to save a walk of some seconds a day.

import type { DatabaseSync } from "node:sqlite";
import { assertInvariant } from "@halqa/bytes";
import type { StoreResult, SweepRequest } from "../../core/store.ts";
import type { BlobTable } from "./blobs.ts";
import { deleteMessage, type InboxTable } from "./inboxes.ts";
import type { LogTable } from "./logs.ts";
import type { Merging } from "./merging.ts";
import { bytesIn, numberIn, type Row } from "./row.ts";
import type { Shelves } from "./shelf.ts";

export interface Sweep {
  /** One request: answers that it is done where the walk has come to its end. */
  run(request: SweepRequest): StoreResult;
  /** Begins again: the transaction was taken back. */
  restart(): void;
}

/** Logs, inboxes or blobs that one request looks at, beside those that it deletes something of: some milliseconds. */
const LOOKS = 1_024;

const TABLES = ["logs", "inboxes", "blobs"] as const;

interface Walk {
  /** Which of `TABLES` it is in, and the last id that it has done with. */
  table: number;
  after: Uint8Array;
}

/** What one request may still do. */
interface Budget {
  rows: number;
  looks: number;
}

interface Parts {
  readonly logs: LogTable;
  readonly inboxes: InboxTable;
  readonly blobs: BlobTable;
  readonly merging: Merging;
}

type Statements = ReturnType<typeof prepare>;

interface Sweeper extends Parts, Statements {
  readonly request: SweepRequest;
  readonly budget: Budget;
}

function start(): Walk {
  return { table: 0, after: new Uint8Array() };
}

export function createSweep(db: DatabaseSync, parts: Parts): Sweep {
  const statements = prepare(db);
  let walk = start();
  return {
    restart: () => {
      walk = start();
    },
    run: (request) => {
      const budget = { rows: request.maxRows, looks: LOOKS + request.maxRows };
      const sweeper = { ...parts, ...statements, request, budget };
      const isDone = goOn(sweeper, walk);
      if (isDone) walk = start();
      return { t: "swept", isDone };
    },
  };
}

/** Goes on with a walk until it ends or the budget does. */
function goOn(sweeper: Sweeper, walk: Walk): boolean {
  for (; walk.table < TABLES.length; walk.table += 1) {
    const name = TABLES[walk.table] ?? "logs";
    for (;;) {
      const { budget } = sweeper;
      if (budget.rows <= 0 || budget.looks <= 0) return false;
      budget.looks -= 1;
      const row = sweeper.next[name].get(walk.after);
      if (row === undefined) break;
      const id = bytesIn(row, "id");
      if (!sweepers[name](sweeper, id, row)) return false;
      walk.after = id;
    }
    walk.after = new Uint8Array();
  }
  return true;
}

/** Each deletes of one log, inbox or blob what is too old; false where the budget ended before. */
const sweepers: Record<
  (typeof TABLES)[number],
  (sweeper: Sweeper, id: Uint8Array, row: Row) => boolean
> = { logs: sweepLog, inboxes: sweepInbox, blobs: sweepBlob };

function sweepLog(sweeper: Sweeper, logId: Uint8Array, row: Row): boolean {
  const { request, logs, budget } = sweeper;
  const day = mergeOld(sweeper, logId, numberIn(row, "day"));
  const isOld = day < request.logsBefore;
  let gone: Row | undefined;
  let isSwept = true;
  for (const entry of sweeper.entries.all(logId, budget.rows + 1)) {
    if (!isOld && numberIn(entry, "day") >= request.entriesBefore) break;
    isSwept = takeRow(budget);
    if (!isSwept) break;
    // Its place is read with the deletion: it may have been moved since the row was read.
    const deleted = sweeper.deleteEntry.get(logId, numberIn(entry, "seq"));
    removeBody(logs.shelves, deleted);
    gone = entry;
  }
  if (gone !== undefined) {
    sweeper.setGone.run(numberIn(gone, "seq"), bytesIn(gone, "head"), logId);
  }
  if (!isSwept || !isOld) return isSwept;
  if (!takeRow(budget)) return false;
  sweeper.deleteLog.run(logId);
  logs.totals.add("logs", -1);
  return true;
}

/** The log's last day, when all of it that may have to go has its row and place. */
function mergeOld(sweeper: Sweeper, logId: Uint8Array, day: number): number {
  const { request, logs, merging } = sweeper;
  const staged = logs.staging.of(logId);
  if (staged === undefined) return day;
  const days = [...staged.entries.values()].map((entry) => entry.day);
  const lastDay = Math.max(day, ...days);
  const isAnyOld =
    lastDay < request.logsBefore || Math.min(...days) < request.entriesBefore;
  if (isAnyOld) merging.moveLog(staged);
  return lastDay;
}

function sweepInbox(sweeper: Sweeper, inboxId: Uint8Array, row: Row): boolean {
  const { request, inboxes, budget } = sweeper;
  const isOld = numberIn(row, "day") < request.inboxesBefore;
  for (const message of sweeper.messages.all(inboxId)) {
    if (!isOld && numberIn(message, "day") >= request.messagesBefore) continue;
    if (!takeRow(budget)) return false;
    deleteMessage(inboxes, inboxId, numberIn(message, "seq"));
  }
  if (!isOld) return true;
  if (!takeRow(budget)) return false;
  sweeper.deleteInbox.run(inboxId);
  inboxes.totals.add("inboxes", -1);
  return true;
}

function sweepBlob(sweeper: Sweeper, blobId: Uint8Array, row: Row): boolean {
  const { request, blobs, budget } = sweeper;
  const HASH_LENGTH = 32;
  const announced = bytesIn(row, "part_hashes").length / HASH_LENGTH;
  const parts = sweeper.parts.all(blobId);
  const isWhole = parts.length === announced;
  const before = isWhole ? request.blobsBefore : request.unfinishedBefore;
  const isKept = numberIn(row, "day") >= Math.max(before, request.blobsBefore);
  if (isKept) return true;
  if (!takeRow(budget)) return false;
  // All at once: a blob with some of its parts would be taken for one that is being uploaded.
  for (const part of parts) {
    const deleted = sweeper.deletePart.get(blobId, numberIn(part, "part"));
    removeBody(blobs.shelves, deleted);
    budget.rows -= 1;
  }
  sweeper.deleteBlob.run(blobId);
  blobs.totals.add("parts", -announced);
  return true;
}

function prepare(db: DatabaseSync) {
  return {
    next: {
      logs: db.prepare(
        "SELECT log_id AS id, day FROM logs WHERE log_id > ? ORDER BY log_id LIMIT 1",
      ),
      inboxes: db.prepare(
        "SELECT inbox_id AS id, day FROM inboxes WHERE inbox_id > ? ORDER BY inbox_id LIMIT 1",
      ),
      blobs: db.prepare(
        "SELECT blob_id AS id, day, part_hashes FROM blobs WHERE blob_id > ? ORDER BY blob_id LIMIT 1",
      ),
    },
    entries: db.prepare(
      "SELECT seq, head, day FROM entries WHERE log_id = ? ORDER BY seq LIMIT ?",
    ),
    deleteEntry: db.prepare(
      "DELETE FROM entries WHERE log_id = ? AND seq = ? RETURNING size, place",
    ),
    setGone: db.prepare(
      "UPDATE logs SET gone_seq = ?, gone_head = ? WHERE log_id = ?",
    ),
    deleteLog: db.prepare("DELETE FROM logs WHERE log_id = ?"),
    messages: db.prepare(
      "SELECT seq, day FROM messages WHERE inbox_id = ? ORDER BY seq",
    ),
    deleteInbox: db.prepare("DELETE FROM inboxes WHERE inbox_id = ?"),
    parts: db.prepare("SELECT part FROM parts WHERE blob_id = ?"),
    deletePart: db.prepare(
      "DELETE FROM parts WHERE blob_id = ? AND part = ? RETURNING size, place",
    ),
    deleteBlob: db.prepare("DELETE FROM blobs WHERE blob_id = ?"),
  };
}

function removeBody(shelves: Shelves, deleted: Row | undefined): void {
  assertInvariant(deleted !== undefined, "a row is deleted once");
  shelves.remove(numberIn(deleted, "size"), numberIn(deleted, "place"));
}

/** Whether one more row may go. */
function takeRow(budget: Budget): boolean {
  if (budget.rows <= 0) return false;
  budget.rows -= 1;
  return true;
}
