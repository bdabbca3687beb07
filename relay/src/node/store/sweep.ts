// Deletes what is too old (docs/spec/relay-node.md, RN-25). A sweep walks over all logs, inboxes and blobs in the order of
// their ids, some of them in each request; where it stopped is remembered here. There is no index by day: it would cost
// each append something, to save a walk of some seconds a day.

import { equalBytes } from "@halqa/bytes";
import type { StoreResult, SweepRequest } from "../../core/store.ts";
import type { BlobTable } from "./blobs.ts";
import { deleteMessage, type InboxTable } from "./inboxes.ts";
import type { BLOBS, ENTRIES, INBOXES, LOGS } from "./layout.ts";
import type { LogTable } from "./logs.ts";
import type { Merging } from "./merging.ts";
import { numberedKey, type RecordOf } from "./record.ts";

export interface Sweep {
  /** One request: answers that it is done where the walk has come to its end. */
  run(request: SweepRequest): StoreResult;
  /** Begins again: the transaction was taken back. */
  restart(): void;
}

/** Logs, inboxes or blobs that one request looks at, beside those that it deletes something of: some milliseconds. */
const LOOKS = 1_024;

/** Before every id. */
const NOTHING = new Uint8Array(32);

interface Walk {
  /** Which of `WALKS` it is, and the last id that it has done with. */
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

interface Sweeper extends Parts {
  readonly request: SweepRequest;
  readonly budget: Budget;
}

function start(): Walk {
  return { table: 0, after: NOTHING };
}

export function createSweep(parts: Parts): Sweep {
  let walk = start();
  return {
    restart: () => {
      walk = start();
    },
    run: (request) => {
      const budget = { rows: request.maxRows, looks: LOOKS + request.maxRows };
      // What has just come is in its leaves before anything is deleted: whoever is deleted moves others.
      parts.merging.moveAll();
      const isDone = goOn({ ...parts, request, budget }, walk);
      if (isDone) walk = start();
      return { t: "swept", isDone };
    },
  };
}

/** Goes on with a walk until it ends or the budget does. */
function goOn(sweeper: Sweeper, walk: Walk): boolean {
  for (; walk.table < WALKS.length; walk.table += 1) {
    const walkOn = WALKS[walk.table] ?? walkLogs;
    for (const id of walkOn(sweeper, walk.after)) {
      if (id === undefined) return false;
      walk.after = id;
    }
    walk.after = NOTHING;
  }
  return true;
}

/** Each deletes, of what comes after an id, what is too old; yields each id when it is done with it, and nothing where the budget ended. */
type WalkOn = (
  sweeper: Sweeper,
  after: Uint8Array,
) => Iterable<Uint8Array | undefined>;

const WALKS: readonly WalkOn[] = [walkLogs, walkInboxes, walkBlobs];

function* walkLogs(
  sweeper: Sweeper,
  after: Uint8Array,
): Iterable<Uint8Array | undefined> {
  for (const log of sweeper.logs.records.from(after)) {
    if (equalBytes(log.logId, after)) continue;
    yield takeLook(sweeper.budget) && sweepLog(sweeper, log)
      ? log.logId
      : undefined;
  }
}

function* walkInboxes(
  sweeper: Sweeper,
  after: Uint8Array,
): Iterable<Uint8Array | undefined> {
  for (const inbox of sweeper.inboxes.records.from(after)) {
    if (equalBytes(inbox.inboxId, after)) continue;
    yield takeLook(sweeper.budget) && sweepInbox(sweeper, inbox)
      ? inbox.inboxId
      : undefined;
  }
}

function* walkBlobs(
  sweeper: Sweeper,
  after: Uint8Array,
): Iterable<Uint8Array | undefined> {
  for (const blob of sweeper.blobs.records.from(after)) {
    if (equalBytes(blob.blobId, after)) continue;
    yield takeLook(sweeper.budget) && sweepBlob(sweeper, blob)
      ? blob.blobId
      : undefined;
  }
}

/** False where the budget ended before. */
function sweepLog(
  { request, logs, budget }: Sweeper,
  { logId, day }: RecordOf<typeof LOGS>,
): boolean {
  const isOld = day < request.logsBefore;
  const old: RecordOf<typeof ENTRIES>[] = [];
  let isSwept = true;
  for (const entry of logs.entries.numbered({ id: logId, number: 0 })) {
    if (!isOld && entry.day >= request.entriesBefore) break;
    isSwept = takeRow(budget);
    if (!isSwept) break;
    old.push(entry);
  }
  for (const { entry, entryId } of old) {
    logs.entries.remove(numberedKey(entry));
    logs.shelves.remove({ ...entry, item: entryId });
  }
  const gone = old.at(-1);
  if (gone !== undefined) {
    const { entry, head: goneHead } = gone;
    logs.records.edit(logId, () => ({ goneSeq: entry.number, goneHead }));
  }
  if (!isSwept || !isOld) return isSwept;
  if (!takeRow(budget)) return false;
  logs.records.remove(logId);
  logs.totals.add("logs", -1);
  return true;
}

function sweepInbox(
  { request, inboxes, budget }: Sweeper,
  { inboxId, sendId, day }: RecordOf<typeof INBOXES>,
): boolean {
  const isOld = day < request.inboxesBefore;
  const all = [...inboxes.messages.numbered({ id: inboxId, number: 0 })];
  for (const message of all) {
    if (!isOld && message.day >= request.messagesBefore) continue;
    if (!takeRow(budget)) return false;
    deleteMessage(inboxes, inboxId, message.message.number);
  }
  if (!isOld) return true;
  if (!takeRow(budget)) return false;
  inboxes.records.remove(inboxId);
  inboxes.sendIds.remove(sendId);
  inboxes.totals.add("inboxes", -1);
  return true;
}

function sweepBlob(
  { request, blobs, budget }: Sweeper,
  { blobId, parts: announced, day }: RecordOf<typeof BLOBS>,
): boolean {
  // A whole one is kept from this day on, and one that is being uploaded from the later of the two.
  if (day >= Math.max(request.unfinishedBefore, request.blobsBefore)) {
    return true;
  }
  const { parts, shelves } = blobs;
  const owners = [...parts.numbered({ id: blobId, number: 0 })].map(
    ({ part, hash }) => ({ ...part, item: hash }),
  );
  const there = owners.filter((owner) => shelves.has(owner));
  const isWhole = there.length === announced;
  if (isWhole && day >= request.blobsBefore) return true;
  if (!takeRow(budget)) return false;
  // All at once: a blob with some of its parts would be taken for one that is being uploaded.
  for (const owner of there) {
    shelves.remove(owner);
    budget.rows -= 1;
  }
  for (const owner of owners) parts.remove(numberedKey(owner));
  blobs.records.remove(blobId);
  blobs.totals.add("parts", -announced);
  return true;
}

function takeLook(budget: Budget): boolean {
  budget.looks -= 1;
  return budget.rows > 0 && budget.looks >= 0;
}

/** Whether one more row may go. */
function takeRow(budget: Budget): boolean {
  if (budget.rows <= 0) return false;
  budget.rows -= 1;
  return true;
}
