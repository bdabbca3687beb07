// Opens the file of logs, inboxes and blobs, and refuses to work on one that would not keep what it is
// given (docs/spec/relay-node.md, RN-10 to RN-13).

import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { equalBytes, err, ok, type Result } from "@halqa/bytes";
import { LAYOUT, LAYOUT_VERSION } from "./layout.ts";
import { canMigrate, migrate } from "./migrations.ts";
import { isSqliteError } from "./write-gate.ts";

export const STORE_FILE = "relay.db";

/** Pages in memory: merging comes back to the same ones. */
const CACHE_KIB = 65_536;
/** 64 MiB of write-ahead log. */
const WAL_PAGES = 16_384;

export interface StoreFault {
  readonly kind: "store-refused";
  readonly file: string;
  readonly why:
    /** SQLite before 3.51.3 can damage a file that is written and folded at once. */
    | "sqlite-too-old"
    /** This system does not keep the promises of write-ahead log or sync. */
    | "not-durable"
    /** Made by a later version of the relay. */
    | "newer"
    /** Its logs were promised under another key of the relay. */
    | "other-key"
    /** No database of ours, or damaged. */
    | "damaged";
}

type Refusal = StoreFault["why"];

/** Opens the file, or makes it. The caller holds the lock on its folder. */
export function openDatabase(
  file: string,
  relayPub: Uint8Array,
): Result<DatabaseSync, StoreFault> {
  // Made here and not by SQLite, so that it and the files beside it are for the owner alone.
  closeSync(openSync(file, "a", 0o600));
  const db = new DatabaseSync(file, { timeout: 0, allowExtension: false });
  try {
    const refusal = prepareDatabase(db, relayPub);
    if (refusal === undefined) return ok(db);
    db.close();
    return err({ kind: "store-refused", file, why: refusal });
  } catch (error) {
    db.close();
    if (!isDamage(error)) throw error;
    return err({ kind: "store-refused", file, why: "damaged" });
  }
}

/** Makes an open database fit for the store, or says why it is not; one that it refuses is as it was. */
export function prepareDatabase(
  db: DatabaseSync,
  relayPub: Uint8Array,
): Refusal | undefined {
  const sqlite = String(valueOf(db, "SELECT sqlite_version()"));
  if (!isSafeSqlite(sqlite)) return "sqlite-too-old";
  const isNew = valueOf(db, "SELECT count(*) FROM sqlite_schema") === 0;
  const refusal = isNew ? undefined : refusalOf(db, relayPub);
  if (refusal !== undefined) return refusal;
  // What is deleted leaves room for what comes: a file that shrinks by itself moves pages, in an order that tells.
  if (isNew) db.exec("PRAGMA auto_vacuum = NONE");
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");
  db.exec("PRAGMA secure_delete = ON");
  db.exec("PRAGMA temp_store = MEMORY");
  db.exec("PRAGMA trusted_schema = OFF");
  db.exec("PRAGMA cell_size_check = ON");
  db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  // The store folds the log by itself, soon after each write; this bounds it where writes come faster than that.
  db.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
  if (!isDurable(db)) return "not-durable";
  if (isNew) create(db, relayPub);
  else migrate(db, versionOf(db), relayPub);
  return undefined;
}

/** Whether this version of SQLite is free of the fault that can damage a file with a write-ahead log. */
export function isSafeSqlite(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major * 1e6 + minor * 1e3 + patch >= 3_051_003;
}

function refusalOf(
  db: DatabaseSync,
  relayPub: Uint8Array,
): Refusal | undefined {
  const version = versionOf(db);
  if (version > LAYOUT_VERSION) return "newer";
  // Tables, and none of ours.
  if (!canMigrate(version)) return "damaged";
  const owner = valueOf(db, "SELECT relay_pub FROM relay");
  if (!(owner instanceof Uint8Array)) return "damaged";
  return equalBytes(owner, relayPub) ? undefined : "other-key";
}

// Asked back and not taken for granted: SQLite answers a setting that it cannot have with silence. A
// lost power supply would be the first to tell.
function isDurable(db: DatabaseSync): boolean {
  const FULL = 2;
  return (
    valueOf(db, "PRAGMA journal_mode") === "wal" &&
    valueOf(db, "PRAGMA synchronous") === FULL &&
    valueOf(db, "PRAGMA secure_delete") === 1
  );
}

function create(db: DatabaseSync, relayPub: Uint8Array): void {
  db.exec("BEGIN IMMEDIATE");
  db.exec(LAYOUT);
  db.prepare("INSERT INTO relay (relay_pub) VALUES (?)").run(relayPub);
  db.exec(`PRAGMA user_version = ${LAYOUT_VERSION}`);
  db.exec("COMMIT");
}

function isDamage(error: unknown): boolean {
  const SQLITE_ERROR = 1;
  const SQLITE_CORRUPT = 11;
  const SQLITE_NOTADB = 26;
  return isSqliteError(error, [SQLITE_ERROR, SQLITE_CORRUPT, SQLITE_NOTADB]);
}

function versionOf(db: DatabaseSync): number {
  return Number(valueOf(db, "PRAGMA user_version"));
}

function valueOf(db: DatabaseSync, query: string): unknown {
  return Object.values(db.prepare(query).get() ?? {})[0];
}
