// Carries out what has queued, in one transaction (docs/spec/relay-node.md, RN-11): so many appends, one
// write to the disk. Where it fails, each run is tried by itself, so that one that cannot be carried out
// does not take those beside it along.

import type { DatabaseSync } from "node:sqlite";
import type {
  StoreRequest,
  StoreResult,
  TouchRequest,
} from "../../core/store.ts";
import {
  prepareBlobs,
  runBlobRequest,
  type BlobRequest,
  type BlobTable,
} from "./blobs.ts";
import { prepareInboxes, runInboxRequest, type InboxTable } from "./inboxes.ts";
import { prepareLastDay, type LastDay } from "./last-day.ts";
import { prepareLogs, runLogRequest, type LogTable } from "./logs.ts";
import {
  ENTRY_BODIES,
  LAYOUT_VERSION,
  LOGS,
  MESSAGE_BODIES,
  PART_BODIES,
} from "./layout.ts";
import { openRecords } from "./record.ts";
import { prepareShelves, type Shelves } from "./shelf.ts";
import { createMerging, type Merging, type TurnSize } from "./merging.ts";
import { createSweep, type Sweep } from "./sweep.ts";
import { openStaging, type Staging } from "./staging.ts";
import { numberIn } from "./row.ts";
import { prepareTotals } from "./totals.ts";
import { createWriteGate, isDiskFault, type WriteGate } from "./write-gate.ts";

/** The requests of one call of `LogStore.run`. */
export type Run = readonly StoreRequest[];

/** Its results, or that nothing of it was done. */
export type RunOutcome = readonly StoreResult[] | "failed";

export interface Tables {
  readonly db: DatabaseSync;
  readonly logs: LogTable;
  readonly inboxes: InboxTable;
  readonly blobs: BlobTable;
  readonly staging: Staging;
  readonly sweep: Sweep;
  readonly merging: Merging;
  readonly gate: WriteGate;
  readonly lastDay: LastDay;
  readonly others: { look(): void };
}

const ALWAYS_OPEN = createWriteGate(
  () => 0,
  () => undefined,
);

export function prepareTables(
  db: DatabaseSync,
  gate: WriteGate = ALWAYS_OPEN,
  turn?: TurnSize,
): Tables {
  const totals = prepareTotals(db);
  const shelves = prepareShelves(db, ENTRY_BODIES);
  const records = openRecords(db, LOGS);
  const staging = openStaging(
    db,
    (logId) => records.get(logId)?.seq ?? Infinity,
  );
  const logs = prepareLogs(db, { totals, staging, shelves });
  const merging = createMerging(logs, turn);
  const inboxes = prepareInboxes(db, {
    totals,
    shelves: prepareShelves(db, MESSAGE_BODIES),
  });
  const blobs = prepareBlobs(db, {
    totals,
    shelves: prepareShelves(db, PART_BODIES),
  });
  const sweep = createSweep({ logs, inboxes, blobs, merging });
  const lastDay = prepareLastDay(db);
  const others = watchOthers(db, () => {
    staging.reload();
    lastDay.takeBack();
    sweep.restart();
    for (const one of [logs, inboxes, blobs]) one.shelves.takeBack();
  });
  const requests = { logs, inboxes, blobs, sweep, lastDay };
  return { db, gate, staging, merging, others, ...requests };
}

/** Says it when another process has changed the file: nobody may, and what is in memory would not be true any more. */
function watchOthers(db: DatabaseSync, tell: () => void) {
  const version = db.prepare("PRAGMA data_version");
  const read = () => numberIn(version.get() ?? {}, "data_version");
  let known = read();
  return {
    look: (): void => {
      const now = read();
      if (now !== known) tell();
      known = now;
    },
  };
}

/** One outcome for each run, in order. What is reported as done is on disk when this returns. */
export function runTogether(
  tables: Tables,
  runs: readonly Run[],
): readonly RunOutcome[] {
  const mayWrite = tables.gate.mayWrite();
  const isTried = (run: Run): boolean => mayWrite || !isWriting(run);
  const tried = runs.filter(isTried);
  const together = transactRuns(tables, tried);
  if (together !== undefined) {
    const outcomes = together.values();
    return runs.map((run) =>
      isTried(run) ? (outcomes.next().value ?? "failed") : "failed",
    );
  }
  if (runs.length === 1) return ["failed"];
  return runs.map((run) => runAlone(tables, run));
}

function runAlone(tables: Tables, run: Run): RunOutcome {
  // The disk may have been found full a moment ago.
  if (isWriting(run) && !tables.gate.mayWrite()) return "failed";
  return transactRuns(tables, [run])?.[0] ?? "failed";
}

function transactRuns(
  tables: Tables,
  runs: readonly Run[],
): readonly (readonly StoreResult[])[] | undefined {
  const { gate } = tables;
  try {
    const outcomes = transact(tables, () =>
      runs.map((run) => run.map((request) => runRequest(tables, request))),
    );
    if (runs.some(isWriting)) gate.worked();
    return outcomes;
  } catch (error) {
    // A full disk, a failing one, a damaged page. The core is told that nothing was done; what exactly it was is in no
    // message, because messages of SQLite can hold values.
    if (isDiskFault(error)) gate.failed();
    return undefined;
  }
}

/** One turn of merging; false where nothing is left to merge, or the disk takes no writes. */
export function mergeSome(tables: Tables): boolean {
  const { db, gate, merging } = tables;
  if (!gate.mayWrite()) return false;
  try {
    // Nobody waits for this to be on disk. The write-ahead log keeps to the order, so a crash that takes back a turn takes
    // back the deletion of its rows in `staging` as well.
    db.exec("PRAGMA synchronous = NORMAL");
    return merging.turn((work) => transact(tables, work));
  } catch (error) {
    // Nothing is lost: what could not be moved is where it was, and is moved later.
    if (isDiskFault(error)) gate.failed();
    return false;
  } finally {
    db.exec("PRAGMA synchronous = FULL");
  }
}

/** Merges all there is. */
export function mergeAll(tables: Tables): void {
  while (mergeSome(tables));
}

/** Writes something that changes nothing, to see whether the disk takes it. */
export function tryToWrite(tables: Tables): void {
  const { db, gate } = tables;
  if (!gate.mayWrite()) return;
  try {
    transact(tables, () => db.exec(`PRAGMA user_version = ${LAYOUT_VERSION}`));
    gate.worked();
  } catch (error) {
    if (isDiskFault(error)) gate.failed();
  }
}

/** Does the work in one transaction; where it throws, nothing of it was done. */
export function transact<T>(tables: Tables, work: () => T): T {
  const { db, staging } = tables;
  // Deferred: a transaction that only reads waits for no disk.
  db.exec("BEGIN");
  try {
    tables.others.look();
    const done = work();
    db.exec("COMMIT");
    staging.settle();
    return done;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    staging.takeBack();
    tables.lastDay.takeBack();
    tables.sweep.restart();
    for (const shelves of shelvesOf(tables)) shelves.takeBack();
    throw error;
  }
}

function shelvesOf({ logs, inboxes, blobs }: Tables): readonly Shelves[] {
  return [logs.shelves, inboxes.shelves, blobs.shelves];
}

function isWriting(run: Run): boolean {
  return run.some(({ t }) => !READING.has(t));
}

const READING: ReadonlySet<StoreRequest["t"]> = new Set([
  "find-log",
  "read",
  "find-inbox",
  "find-sender",
  "read-inbox",
  "get-part",
]);

function runRequest(tables: Tables, request: StoreRequest): StoreResult {
  if (request.t === "sweep") return tables.sweep.run(request);
  if ("day" in request) tables.lastDay.see(request.day);
  if (isForLogs(request)) return runLogRequest(tables.logs, request);
  if (isForBlobs(request)) return runBlobRequest(tables.blobs, request);
  if (isTouch(request)) return touch(tables, request);
  return runInboxRequest(tables.inboxes, request);
}

function touch(tables: Tables, { t, ...what }: TouchRequest): StoreResult {
  return t === "touch-log"
    ? runLogRequest(tables.logs, { ...what, t })
    : runInboxRequest(tables.inboxes, { ...what, t });
}

function isTouch(request: StoreRequest): request is TouchRequest {
  return request.t === "touch-log" || request.t === "touch-inbox";
}

type OfKind<T extends StoreRequest["t"]> = Extract<
  StoreRequest,
  { readonly t: T }
>;

function isForLogs(
  request: StoreRequest,
): request is OfKind<"create-log" | "find-log" | "append" | "read"> {
  return ["create-log", "find-log", "append", "read"].includes(request.t);
}

function isForBlobs(request: StoreRequest): request is BlobRequest {
  return ["create-blob", "put-part", "get-part"].includes(request.t);
}
