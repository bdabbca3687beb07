// Logs in SQLite: what `LogStore` promises for them, one request at a time inside a transaction.

import type { DatabaseSync } from "node:sqlite";
import { nextChainHead } from "@halqa/protocol";
import type {
  TouchRequest,
  AppendRequest,
  CreateLogRequest,
  ReadRequest,
  StoreRequest,
  StoreResult,
} from "../../core/store.ts";
import { sha256 } from "../node-crypto.ts";
import {
  bytesIn,
  numberIn,
  takeWithin,
  type Row,
  type StoredRow,
} from "./row.ts";
import type { Shelves } from "./shelf.ts";
import { keyOf, type Staging } from "./staging.ts";
import type { Totals } from "./totals.ts";

export type LogRequest =
  | Extract<StoreRequest, { t: "create-log" | "find-log" | "append" | "read" }>
  | (TouchRequest & { readonly t: "touch-log" });

export type LogTable = ReturnType<typeof prepareLogs>;

const ABSENT: StoreResult = { t: "absent" };

/** What the requests work with. */
export interface LogParts {
  readonly totals: Totals;
  readonly staging: Staging;
  readonly shelves: Shelves;
}

export function prepareLogs(db: DatabaseSync, parts: LogParts) {
  return {
    ...parts,
    find: db.prepare("SELECT * FROM logs WHERE log_id = ?"),
    insert: db.prepare(
      "INSERT INTO logs (log_id, write_pub, read_pub, seq, head, gone_seq, gone_head, day) VALUES (?1, ?2, ?3, 0, ?4, 0, ?4, ?5)",
    ),
    touch: db.prepare("UPDATE logs SET day = max(day, ?) WHERE log_id = ?"),
    findEntry: db.prepare(
      "SELECT seq, head FROM entries WHERE log_id = ? AND entry_id = ?",
    ),
    readEntries: db.prepare(
      "SELECT seq, entry_id AS hash, size, place FROM entries WHERE log_id = ? AND seq >= ? ORDER BY seq",
    ),
  };
}

export function runLogRequest(
  logs: LogTable,
  request: LogRequest,
): StoreResult {
  switch (request.t) {
    case "create-log":
      return create(logs, request);
    case "find-log":
      return find(logs, request.logId);
    case "touch-log":
      return touch(logs, request);
    case "append":
      return append(logs, request);
    case "read":
      return read(logs, request);
  }
}

function create(logs: LogTable, request: CreateLogRequest): StoreResult {
  const { logId, writePub, readPub, head, day } = request;
  const earlier = touch(logs, { id: logId, day });
  if (earlier !== ABSENT) return earlier;
  if (logs.totals.of("logs") >= request.maxLogs) {
    return { t: "refused", why: "quota" };
  }
  logs.insert.run(logId, writePub, readPub, head, day);
  logs.totals.add("logs", 1);
  return { t: "done" };
}

/** A day that it has already is not written again. */
function touch(
  logs: LogTable,
  { id, day }: Omit<TouchRequest, "t">,
): StoreResult {
  const log = logs.find.get(id);
  if (log === undefined) return ABSENT;
  if (numberIn(log, "day") < day) logs.touch.run(day, id);
  return { t: "done" };
}

function find(logs: LogTable, logId: Uint8Array): StoreResult {
  const log = logs.find.get(logId);
  if (log === undefined) return ABSENT;
  return {
    t: "log",
    writePub: bytesIn(log, "write_pub"),
    readPub: bytesIn(log, "read_pub"),
  };
}

function append(logs: LogTable, request: AppendRequest): StoreResult {
  const { logId, entryId, body, expectedHead, day, maxSeq } = request;
  const at = headOf(logs, logId);
  if (at === undefined) return ABSENT;
  const earlier = findEntry(logs, logId, entryId);
  if (earlier !== undefined) {
    return { t: "appended", ...earlier, isNew: false };
  }
  if (expectedHead !== undefined && expectedHead !== at.seq) {
    return { t: "refused", why: "head-moved" };
  }
  if (at.seq >= maxSeq) return { t: "refused", why: "log-full" };
  const next = nextChainHead(sha256, at, entryId);
  logs.staging.add({ logId, entryId, day, ...next }, body);
  return { t: "appended", ...next, isNew: true };
}

interface Head {
  readonly seq: number;
  readonly head: Uint8Array;
}

/** Where the log ends, with what is still to be merged. */
function headOf(logs: LogTable, logId: Uint8Array): Head | undefined {
  const staged = logs.staging.of(logId)?.last;
  if (staged !== undefined) return { seq: staged.seq, head: staged.head };
  const log = logs.find.get(logId);
  return log && headIn(log);
}

function headIn(row: Row): Head {
  return { seq: numberIn(row, "seq"), head: bytesIn(row, "head") };
}

function findEntry(
  logs: LogTable,
  logId: Uint8Array,
  entryId: Uint8Array,
): Head | undefined {
  const staged = logs.staging.of(logId)?.entries.get(keyOf(entryId));
  if (staged !== undefined) return { seq: staged.seq, head: staged.head };
  const row = logs.findEntry.get(logId, entryId);
  return row && headIn(row);
}

function read(logs: LogTable, request: ReadRequest): StoreResult {
  const { logId, fromSeq, maxEntries, maxBytes } = request;
  const log = logs.find.get(logId);
  if (log === undefined) return ABSENT;
  const at = logs.staging.of(logId)?.last ?? headIn(log);
  const bounds = { maxCount: maxEntries, maxBytes };
  const entries = takeWithin(bodiesFrom(logs, logId, fromSeq), bounds);
  const gone = {
    seq: numberIn(log, "gone_seq"),
    head: bytesIn(log, "gone_head"),
  };
  return { t: "entries", entries, seq: at.seq, head: at.head, gone };
}

/** What has its row and place, then what has just come: the sequences of the second follow those of the first. */
function* bodiesFrom(
  { readEntries, shelves, staging }: LogTable,
  logId: Uint8Array,
  fromSeq: number,
): Iterable<StoredRow> {
  for (const row of readEntries.iterate(logId, fromSeq)) {
    const [size, place] = [numberIn(row, "size"), numberIn(row, "place")];
    yield {
      seq: numberIn(row, "seq"),
      hash: bytesIn(row, "hash"),
      size,
      read: () => shelves.read(size, place),
    };
  }
  for (const entry of staging.of(logId)?.entries.values() ?? []) {
    if (entry.seq < fromSeq) continue;
    const { seq, entryId, size } = entry;
    yield { seq, hash: entryId, size, read: () => staging.body(entry) };
  }
}
