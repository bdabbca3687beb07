// The raw store on SQLite (docs/spec/storage.md, ST-1 to ST-9 and ST-40 to ST-44). Rows lie in the order of their keys, which are
// keyed hashes, so the file does not tell in which order they came.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { assertInvariant, err, ok, type Result } from "@halqa/bytes";
import {
  RAW_KEY_LENGTH,
  StoreFault,
  type RawStore,
  type RawWrite,
} from "@halqa/vault";

/** `in-use`: another process or store has the file open. `newer-version`: a later version of this program made it. */
export interface SqliteError {
  readonly kind: "in-use" | "newer-version" | "unavailable";
}

const SCHEMA_VERSION = 1;
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
// The primary code of an error is its lowest byte.
const PRIMARY_CODE = 0xff;

/**
 * Opens the database in this file with its table, alone: the lock is the operating system's and ends with the process.
 */
export function openSqliteDatabase(
  path: string,
): Result<DatabaseSync, SqliteError> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    if (prepareDatabase(database) === SCHEMA_VERSION) return ok(database);
    database.close();
    return err({ kind: "newer-version" });
  } catch (cause) {
    if (database?.isOpen === true) database.close();
    const busy = primaryCode(cause) === SQLITE_BUSY;
    return err({ kind: busy ? "in-use" : "unavailable" });
  }
}

/** A raw store on an open database, which it closes with itself. */
export function createSqliteRawStore(database: DatabaseSync): RawStore {
  const select = database.prepare("SELECT value FROM record WHERE key = ?");
  const put = database.prepare(
    "INSERT INTO record (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const drop = database.prepare("DELETE FROM record WHERE key = ?");
  return {
    read: async (keys) => {
      for (const key of keys) assertKey(key);
      return withFaults(() => keys.map((key) => readValue(select, key)));
    },
    commit: async (writes) => {
      for (const { key } of writes) assertKey(key);
      withFaults(() => {
        database.exec("BEGIN IMMEDIATE");
        try {
          for (const write of writes) applyWrite(put, drop, write);
          database.exec("COMMIT");
        } catch (cause) {
          if (database.isTransaction) database.exec("ROLLBACK");
          throw cause;
        }
      });
    },
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

// The order matters: whoever locks before the first use of the write-ahead log needs no memory shared with other processes, and
// keeps every other process out until this one closes or ends.
function prepareDatabase(database: DatabaseSync): number {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const mode = database.prepare("PRAGMA journal_mode = WAL").get();
  assertInvariant(mode?.["journal_mode"] === "wal", "SQLite has no WAL here");
  database.exec("PRAGMA synchronous = FULL");
  // What is deleted is overwritten, as far as the file goes.
  database.exec("PRAGMA secure_delete = ON");
  database.exec("BEGIN IMMEDIATE");
  const version = Number(
    database.prepare("PRAGMA user_version").get()?.["user_version"],
  );
  if (version === 0) {
    database.exec(
      "CREATE TABLE record (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
    );
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  }
  database.exec("COMMIT");
  return version === 0 ? SCHEMA_VERSION : version;
}

function readValue(
  select: StatementSync,
  key: Uint8Array,
): Uint8Array | undefined {
  const row = select.get(key);
  if (row === undefined) return undefined;
  const value = row["value"];
  assertInvariant(value instanceof Uint8Array, "the table holds bytes");
  return value;
}

function applyWrite(
  put: StatementSync,
  drop: StatementSync,
  { key, value }: RawWrite,
): void {
  if (value === undefined) drop.run(key);
  else put.run(key, value);
}

function assertKey(key: Uint8Array): void {
  assertInvariant(key.length === RAW_KEY_LENGTH, "a raw key has 32 bytes");
}

function withFaults<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const full = primaryCode(cause) === SQLITE_FULL;
    throw new StoreFault(full ? "full" : "unavailable");
  }
}

function primaryCode(cause: unknown): number | undefined {
  if (!(cause instanceof Error) || !("errcode" in cause)) return undefined;
  return typeof cause.errcode === "number"
    ? cause.errcode & PRIMARY_CODE
    : undefined;
}
