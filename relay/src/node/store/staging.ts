// Entries that have just come (docs/spec/relay-node.md, RN-23): durable in `staging`, in the order of arrival, known by
// log here, and moved to their rows and places within seconds by `merging.ts`. Appending costs one row at the end of a
// small table instead of three in the middle of large ones.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesIn, numberIn } from "./row.ts";
import { fillUp } from "./shelf.ts";

/** An entry without its body, which is in the row `n`. */
export interface StagedEntry {
  readonly n: number;
  readonly logId: Uint8Array;
  readonly seq: number;
  readonly entryId: Uint8Array;
  readonly head: Uint8Array;
  readonly day: number;
  readonly size: number;
}

/** What of one log has not been merged yet: never empty. */
export interface StagedLog {
  readonly logId: Uint8Array;
  /** By their ids, in the order of their sequences, which follow those of the table of entries. */
  readonly entries: Map<string, StagedEntry>;
  last: StagedEntry;
}

export interface Staging {
  readonly logs: ReadonlyMap<string, StagedLog>;
  /** How many rows there are in the table, with those that are merged and still to be deleted. */
  readonly rows: () => number;
  /** The number of the last row. */
  readonly last: () => number;
  of(logId: Uint8Array): StagedLog | undefined;
  add(entry: Omit<StagedEntry, "n" | "size">, body: Uint8Array): void;
  body(entry: StagedEntry): Uint8Array;
  /** Whether the entry is still to be merged. */
  has(entry: StagedEntry): boolean;
  /** This entry, the first of its log, has its row and place now. */
  forget(entry: StagedEntry): void;
  /** Deletes rows that have been merged, up to `n` and at most so many; answers up to which. */
  clear(n: number, most: number): number;
  /** These rows are gone: called after the commit. */
  cleared(upTo: number): void;
  /** What was added and forgotten is durable. */
  settle(): void;
  /** Undoes what was added and forgotten since the last call of `settle`: the transaction was taken back. */
  takeBack(): void;
}

/** What a map knows an id by. */
export function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString(
    "latin1",
  );
}

/** The staging of a file as its last end left it. */
export function openStaging(db: DatabaseSync): Staging {
  const statements = prepare(db);
  const logs = load(statements.load);
  let added: StagedEntry[] = [];
  let forgotten: StagedEntry[] = [];
  const range = statements.range.get() ?? {};
  let [first, last] = [numberIn(range, "first"), numberIn(range, "last")];
  return {
    logs,
    rows: () => last - first + 1,
    last: () => last,
    of: (logId) => logs.get(keyOf(logId)),
    add: (entry, body) => {
      const staged = { ...entry, n: last + 1, size: body.length };
      const { n, logId, seq, entryId, head, day, size } = staged;
      statements.add.run(n, logId, seq, entryId, head, day, size, fillUp(body));
      last = n;
      addTo(logs, staged);
      added.push(staged);
    },
    body: ({ n, size }) =>
      bytesIn(statements.body.get(n) ?? {}, "body").subarray(0, size),
    has: (entry) =>
      logs.get(keyOf(entry.logId))?.entries.get(keyOf(entry.entryId)) === entry,
    forget: (entry) => {
      remove(logs, entry);
      forgotten.push(entry);
    },
    clear: (n, most) => {
      const upTo = Math.min(n, first + most - 1);
      statements.clear.run(upTo);
      return upTo;
    },
    cleared: (upTo) => {
      first = upTo + 1;
    },
    settle: () => {
      [added, forgotten] = [[], []];
    },
    takeBack: () => {
      for (const entry of added.toReversed()) remove(logs, entry);
      last -= added.length;
      const wereAdded = new Set(added);
      for (const entry of forgotten.toReversed()) {
        if (!wereAdded.has(entry)) addFirst(logs, entry);
      }
      [added, forgotten] = [[], []];
    },
  };
}

function prepare(db: DatabaseSync) {
  return {
    // A crash may have come after a row was merged and before it was deleted here: the log's sequence tells.
    load: db.prepare(
      `SELECT n, log_id, staging.seq, entry_id, staging.head, staging.day, size
       FROM staging JOIN logs USING (log_id) WHERE staging.seq > logs.seq ORDER BY n`,
    ),
    range: db.prepare(
      "SELECT coalesce(min(n), 1) AS first, coalesce(max(n), 0) AS last FROM staging",
    ),
    add: db.prepare(
      "INSERT INTO staging (n, log_id, seq, entry_id, head, day, size, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    body: db.prepare("SELECT body FROM staging WHERE n = ?"),
    clear: db.prepare("DELETE FROM staging WHERE n <= ?"),
  };
}

function load(rows: StatementSync): Map<string, StagedLog> {
  const logs = new Map<string, StagedLog>();
  for (const row of rows.iterate()) {
    addTo(logs, {
      n: numberIn(row, "n"),
      logId: bytesIn(row, "log_id"),
      seq: numberIn(row, "seq"),
      entryId: bytesIn(row, "entry_id"),
      head: bytesIn(row, "head"),
      day: numberIn(row, "day"),
      size: numberIn(row, "size"),
    });
  }
  return logs;
}

function addTo(logs: Map<string, StagedLog>, entry: StagedEntry): void {
  const key = keyOf(entry.logId);
  const log = logs.get(key);
  const id = keyOf(entry.entryId);
  if (log === undefined) {
    const { logId } = entry;
    logs.set(key, { logId, entries: new Map([[id, entry]]), last: entry });
    return;
  }
  log.entries.set(id, entry);
  log.last = entry;
}

function addFirst(logs: Map<string, StagedLog>, entry: StagedEntry): void {
  const log = logs.get(keyOf(entry.logId));
  if (log === undefined) return addTo(logs, entry);
  const later = [...log.entries];
  log.entries.clear();
  log.entries.set(keyOf(entry.entryId), entry);
  for (const [id, one] of later) log.entries.set(id, one);
}

function remove(logs: Map<string, StagedLog>, entry: StagedEntry): void {
  const key = keyOf(entry.logId);
  const log = logs.get(key);
  if (log === undefined) return;
  log.entries.delete(keyOf(entry.entryId));
  if (log.entries.size === 0) logs.delete(key);
  else if (log.last === entry) log.last = lastOf(log);
}

/** After the last ones were taken back; what is merged goes from the front. */
function lastOf({ entries, last }: StagedLog): StagedEntry {
  return [...entries.values()].at(-1) ?? last;
}
