// Logs in SQLite: what `LogStore` promises for them, one request at a time inside a transaction.

import type { DatabaseSync } from "node:sqlite";
import { equalBytes } from "@halqa/bytes";
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
import { ENTRIES, LOGS } from "./layout.ts";
import { numberedKey, openRecords } from "./record.ts";
import { takeWithin, type Stored } from "./row.ts";
import type { Shelves } from "./shelf.ts";
import {
  entryIdOf,
  headOf,
  keyOf,
  type StagedLog,
  type Staging,
} from "./staging.ts";
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
    records: openRecords(db, LOGS),
    entries: openRecords(db, ENTRIES),
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
  const end = { seq: 0, head, goneSeq: 0, goneHead: head };
  logs.records.put({ logId, writePub, readPub, ...end, day });
  logs.totals.add("logs", 1);
  return { t: "done" };
}

/** A day that it has already is not written again. */
function touch(
  { records }: LogTable,
  { id, day }: Omit<TouchRequest, "t">,
): StoreResult {
  const log = records.get(id);
  if (log === undefined) return ABSENT;
  if (log.day < day) records.edit(id, () => ({ day }));
  return { t: "done" };
}

function find({ records }: LogTable, logId: Uint8Array): StoreResult {
  const log = records.get(logId);
  if (log === undefined) return ABSENT;
  return { t: "log", writePub: log.writePub, readPub: log.readPub };
}

function append(logs: LogTable, request: AppendRequest): StoreResult {
  const { logId, entryId, body, expectedHead, day, maxSeq } = request;
  const staged = logs.staging.of(logId);
  const at = staged ? endOf(staged) : logs.records.get(logId);
  if (at === undefined) return ABSENT;
  const earlier =
    findStaged(staged, entryId) ?? findEntry(logs, logId, entryId);
  if (earlier !== undefined) {
    return { t: "appended", ...earlier, isNew: false };
  }
  if (expectedHead !== undefined && expectedHead !== at.seq) {
    return { t: "refused", why: "head-moved" };
  }
  if (at.seq >= maxSeq) return { t: "refused", why: "log-full" };
  const { seq, head } = nextChainHead(sha256, at, entryId);
  logs.staging.add({ logId, entryId, day, seq, head }, body);
  return { t: "appended", seq, head, isNew: true };
}

interface Head {
  readonly seq: number;
  readonly head: Uint8Array;
}

/** Where a log ends of which something is still to be merged. */
function endOf({ last }: StagedLog): Head {
  return { seq: last.seq, head: headOf(last) };
}

function findStaged(
  staged: StagedLog | undefined,
  entryId: Uint8Array,
): Head | undefined {
  const entry = staged?.entries.get(keyOf(entryId));
  return entry && { seq: entry.seq, head: new Uint8Array(headOf(entry)) };
}

function findEntry(
  { shelves, entries }: LogTable,
  logId: Uint8Array,
  entryId: Uint8Array,
): Head | undefined {
  for (const seq of shelves.numbersOf(logId, entryId)) {
    const entry = entries.get(numberedKey({ id: logId, number: seq }));
    if (entry && equalBytes(entry.entryId, entryId)) {
      return { seq, head: entry.head };
    }
  }
  return undefined;
}

function read(logs: LogTable, request: ReadRequest): StoreResult {
  const { logId, fromSeq, maxEntries, maxBytes } = request;
  const log = logs.records.get(logId);
  if (log === undefined) return ABSENT;
  const staged = logs.staging.of(logId);
  const { seq, head } = staged ? endOf(staged) : log;
  const bounds = { maxCount: maxEntries, maxBytes };
  const entries = takeWithin(bodiesFrom(logs, logId, fromSeq), bounds);
  const gone = { seq: log.goneSeq, head: log.goneHead };
  return { t: "entries", entries, seq, head: new Uint8Array(head), gone };
}

/** What is in leaves, then what has just come: the sequences of the second follow those of the first. */
function* bodiesFrom(
  { entries, shelves, staging }: LogTable,
  logId: Uint8Array,
  fromSeq: number,
): Iterable<Stored> {
  const from = { id: logId, number: fromSeq };
  for (const { entry, entryId } of entries.numbered(from)) {
    const owner = { ...entry, item: entryId };
    yield {
      seq: entry.number,
      hash: entryId,
      read: () => shelves.read(owner),
    };
  }
  for (const entry of staging.of(logId)?.entries.values() ?? []) {
    const { seq } = entry;
    if (seq < fromSeq) continue;
    yield { seq, hash: entryIdOf(entry), read: () => staging.body(entry) };
  }
}
