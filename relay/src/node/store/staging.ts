// Entries that have just come (docs/spec/relay-node.md, RN-23): durable in `staging_0` and `staging_1`, in the order of
// arrival, known by log here, and put in their places within seconds by `merging.ts`. So appending changes no leaf and no
// shelf, and what is changed for many is changed once. While what lies in one table is put in its place, what comes goes to
// the other, so that a table is mostly emptied as a whole.

import type { DatabaseSync } from "node:sqlite";
import { assertInvariant } from "@halqa/bytes";
import { ENTRIES, STAGING_TABLES } from "./layout.ts";
import { decodeRecord, writeNumbered } from "./record.ts";
import { bytesIn, numberIn } from "./row.ts";
import { fillUp, SIZE_ZERO, type StagedBody } from "./shelf.ts";

export interface StagedEntry extends StagedBody {
  readonly logId: Uint8Array;
  readonly seq: number;
  readonly day: number;
  /** What lies in its leaf afterwards. */
  readonly record: Buffer;
  isMerged: boolean;
}

/** An entry as it comes. */
export interface Arriving {
  readonly logId: Uint8Array;
  readonly seq: number;
  readonly entryId: Uint8Array;
  readonly head: Uint8Array;
  readonly day: number;
}

/** What of one log has not been merged yet: never empty. */
export interface StagedLog {
  readonly logId: Uint8Array;
  /** By their ids, in the order of their sequences, which follow those of the leaves of entries. */
  readonly entries: Map<string, StagedEntry>;
  last: StagedEntry;
}

export interface Staging {
  readonly logs: ReadonlyMap<string, StagedLog>;
  /** How many rows there are, and of how many octets of bodies, with those that are merged and still to be deleted. */
  readonly rows: () => number;
  readonly bytes: () => number;
  /** The number of the last row. */
  readonly last: () => number;
  of(logId: Uint8Array): StagedLog | undefined;
  add(entry: Arriving, body: Uint8Array): void;
  body(entry: StagedEntry): Uint8Array;
  /** This entry, the first of its log, is in its leaf now. */
  forget(entry: StagedEntry): void;
  /** What comes goes to the other table from now on. */
  turnOver(): void;
  /** Deletes rows up to `n`, all of which have been merged. */
  clear(n: number): void;
  /** How often it was read again: what was taken from it before is not true any more. */
  readonly generation: () => number;
  /** Somebody else has written: reads again what there is. */
  reload(): void;
  /** What was added and forgotten is durable. */
  settle(): void;
  /** Undoes what was added and forgotten since the last call of `settle`: the transaction was taken back. */
  takeBack(): void;
}

/** What a map knows an id by. */
export function keyOf(id: Uint8Array): string {
  return Buffer.prototype.latin1Slice.call(id, 0, id.length);
}

const WIDTH = ENTRIES.width;
const [ENTRY_ID_AT, HEAD_AT, DAY_AT] = [38, 70, 102];

export function entryIdOf({ record }: StagedEntry): Uint8Array {
  return record.subarray(ENTRY_ID_AT, HEAD_AT);
}

export function headOf({ record }: StagedEntry): Uint8Array {
  return record.subarray(HEAD_AT, DAY_AT);
}

/** The sequence up to which a log's entries are in leaves. */
type MergedUpTo = (logId: Uint8Array) => number;

interface Table {
  readonly index: number;
  readonly statements: ReturnType<typeof prepare>;
  /** The number of its last row, or a higher one where a transaction was taken back. */
  last: number;
  bytes: number;
}

/** The staging of a file as its last end left it. */
export function openStaging(db: DatabaseSync, mergedUpTo: MergedUpTo): Staging {
  const tables = STAGING_TABLES.map((name, index): Table => {
    const statements = prepare(db, name);
    return { index, statements, last: 0, bytes: 0 };
  });
  const logs = new Map<string, StagedLog>();
  const state = load(tables, logs, mergedUpTo);
  let active = tableAt(tables, 0);
  const undo = openUndo(logs);
  let durable = { ...state };
  let generation = 0;
  return {
    logs,
    generation: () => generation,
    rows: () => state.last - state.first + 1,
    bytes: () => tables.reduce((sum, { bytes }) => sum + bytes, 0),
    last: () => state.last,
    of: (logId) => logs.get(keyOf(logId)),
    add: (arriving, body) => {
      const filled = fillUp(body);
      const { logId, seq, day } = arriving;
      const record = encodeEntry(arriving);
      const [n, room, table] = [state.last + 1, filled.length, active.index];
      const size = SIZE_ZERO + body.length;
      active.statements.add.run(n, logId, record, size, filled);
      state.last = n;
      active.last = n;
      active.bytes += room;
      undo.added(
        { n, table, room, logId, seq, day, record, isMerged: false },
        keyOf(arriving.entryId),
      );
    },
    body: ({ table, n }) => bodyIn(tableAt(tables, table), n),
    forget: undo.forgotten,
    turnOver: () => {
      active = tableAt(tables, 1 - active.index);
    },
    clear: (n) => {
      for (const table of tables) clearUpTo(table, n);
      state.first = Math.max(state.first, n + 1);
    },
    reload: () => {
      generation += 1;
      undo.settle();
      logs.clear();
      durable = load(tables, logs, mergedUpTo);
      Object.assign(state, durable);
    },
    settle: () => {
      undo.settle();
      durable = { ...state };
    },
    takeBack: () => {
      for (const entry of undo.takeBack()) takeOut(tables, entry);
      Object.assign(state, durable);
    },
  };
}

function prepare(db: DatabaseSync, table: string) {
  return {
    load: db.prepare(
      `SELECT n, record, length(body) AS room FROM ${table} ORDER BY n`,
    ),
    add: db.prepare(
      `INSERT INTO ${table} (n, id, record, size, body) VALUES (?, ?, ?, ?, ?)`,
    ),
    body: db.prepare(`SELECT size, body FROM ${table} WHERE n = ?`),
    clear: db.prepare(`DELETE FROM ${table} WHERE n <= ?`),
    // All at once, page by page.
    clearAll: db.prepare(`DELETE FROM ${table}`),
  };
}

function tableAt(tables: readonly Table[], index: number): Table {
  const table = tables[index];
  assertInvariant(table !== undefined, "there are two tables of staging");
  return table;
}

function takeOut(tables: readonly Table[], { table, room }: StagedBody): void {
  const from = tableAt(tables, table);
  from.bytes = Math.max(0, from.bytes - room);
}

function clearUpTo(table: Table, n: number): void {
  if (table.last > n) {
    table.statements.clear.run(n);
    return;
  }
  table.statements.clearAll.run();
  table.bytes = 0;
}

function bodyIn({ statements }: Table, n: number): Uint8Array {
  const row = statements.body.get(n) ?? {};
  return bytesIn(row, "body").subarray(0, numberIn(row, "size") - SIZE_ZERO);
}

/** What `encodeRecord` makes of it, with less work: those who append wait for it. */
function encodeEntry(entry: Arriving): Buffer {
  const record = Buffer.allocUnsafe(WIDTH);
  writeNumbered(record, entry.logId, entry.seq);
  record.set(entry.entryId, ENTRY_ID_AT);
  record.set(entry.head, HEAD_AT);
  record.writeUIntBE(entry.day, DAY_AT, 6);
  return record;
}

/** Reads the tables; answers with the first row and the last. */
function load(
  tables: readonly Table[],
  logs: Map<string, StagedLog>,
  mergedUpTo: MergedUpTo,
): { first: number; last: number } {
  const found: StagedEntry[] = [];
  for (const table of tables) {
    [table.last, table.bytes] = [0, 0];
    for (const row of table.statements.load.iterate()) {
      const record = Buffer.from(bytesIn(row, "record"));
      const { entry, day } = decodeRecord(ENTRIES, record);
      const [logId, seq] = [entry.id, entry.number];
      const [n, room] = [numberIn(row, "n"), numberIn(row, "room")];
      const where = { n, table: table.index, room };
      found.push({ ...where, logId, seq, day, record, isMerged: false });
      table.last = n;
      table.bytes += room;
    }
  }
  found.sort((a, b) => a.n - b.n);
  for (const entry of found) {
    // The end may have come after it was merged and before its row was deleted.
    if (entry.seq > mergedUpTo(entry.logId)) {
      addTo(logs, entry, keyOf(entryIdOf(entry)));
    }
  }
  return { first: found[0]?.n ?? 1, last: found.at(-1)?.n ?? 0 };
}

/** What was added and forgotten since the last commit. */
function openUndo(logs: Map<string, StagedLog>) {
  let added: StagedEntry[] = [];
  let forgotten: StagedEntry[] = [];
  return {
    added: (entry: StagedEntry, key: string): void => {
      addTo(logs, entry, key);
      added.push(entry);
    },
    forgotten: (entry: StagedEntry): void => {
      entry.isMerged = true;
      remove(logs, entry);
      forgotten.push(entry);
    },
    settle: (): void => {
      if (added.length > 0) added = [];
      if (forgotten.length > 0) forgotten = [];
    },
    /** Answers with what is not there any more. */
    takeBack: (): readonly StagedEntry[] => {
      for (const entry of added.toReversed()) remove(logs, entry);
      const wereAdded = new Set(added);
      for (const entry of forgotten.toReversed()) {
        entry.isMerged = false;
        if (!wereAdded.has(entry)) addFirst(logs, entry);
      }
      const gone = added;
      [added, forgotten] = [[], []];
      return gone;
    },
  };
}

function addTo(
  logs: Map<string, StagedLog>,
  entry: StagedEntry,
  entryKey: string,
): void {
  const { logId } = entry;
  const key = keyOf(logId);
  const log = logs.get(key);
  if (log === undefined) {
    const entries = new Map([[entryKey, entry]]);
    logs.set(key, { logId, entries, last: entry });
    return;
  }
  log.entries.set(entryKey, entry);
  log.last = entry;
}

function addFirst(logs: Map<string, StagedLog>, entry: StagedEntry): void {
  const entryKey = keyOf(entryIdOf(entry));
  const log = logs.get(keyOf(entry.logId));
  if (log === undefined) return addTo(logs, entry, entryKey);
  const later = [...log.entries];
  log.entries.clear();
  log.entries.set(entryKey, entry);
  for (const [id, one] of later) log.entries.set(id, one);
}

function remove(logs: Map<string, StagedLog>, entry: StagedEntry): void {
  const key = keyOf(entry.logId);
  const log = logs.get(key);
  if (log === undefined) return;
  log.entries.delete(keyOf(entryIdOf(entry)));
  if (log.entries.size === 0) logs.delete(key);
  else if (log.last === entry) log.last = lastOf(log);
}

/** After the last ones were taken back; what is merged goes from the front. */
function lastOf({ entries, last }: StagedLog): StagedEntry {
  return [...entries.values()].at(-1) ?? last;
}
