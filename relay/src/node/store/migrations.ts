// Brings a file of an earlier layout up to this one (docs/spec/relay-node.md, RN-27), step by step, each in one transaction:
// a crash in the middle leaves the file as it was.

import type { DatabaseSync } from "node:sqlite";
import { firstChainHead } from "@halqa/protocol";
import { sha256 } from "../node-crypto.ts";
import {
  BODIES,
  ENTRIES,
  LAYOUT_VERSION,
  MESSAGES,
  PARTS,
  WITHOUT_BODIES,
  type Kind,
} from "./layout.ts";
import { bytesIn, numberIn, type Row } from "./row.ts";
import { prepareShelves } from "./shelf.ts";

/** The step from each version to the next. */
const STEPS: Readonly<
  Record<number, (db: DatabaseSync, relayPub: Uint8Array) => void>
> = { 1: moveBodiesToShelves };

/** Whether there is a way from this version to the present one. */
export function canMigrate(version: number): boolean {
  return version === LAYOUT_VERSION || STEPS[version] !== undefined;
}

/** Takes the steps from this version to the present one. */
export function migrate(
  db: DatabaseSync,
  from: number,
  relayPub: Uint8Array,
): void {
  if (from === LAYOUT_VERSION) return;
  for (let version = from; version < LAYOUT_VERSION; version += 1) {
    db.exec("BEGIN IMMEDIATE");
    STEPS[version]?.(db, relayPub);
    db.exec(`PRAGMA user_version = ${version + 1}`);
    db.exec("COMMIT");
  }
  // Gives back what the old tables took, and takes in effect that the file does not shrink by itself any more.
  db.exec("PRAGMA auto_vacuum = NONE");
  db.exec("VACUUM");
}

/** Version 1 kept bodies in the rows, at the end of the file in the order in which they came. */
function moveBodiesToShelves(db: DatabaseSync, relayPub: Uint8Array): void {
  const old = ["logs", "inboxes", "blobs", "entries", "messages", "parts"];
  db.exec("DROP INDEX entry_by_id; DROP INDEX message_by_id;");
  for (const table of old) {
    db.exec(`ALTER TABLE ${table} RENAME TO old_${table}`);
  }
  db.exec(WITHOUT_BODIES);
  db.exec(BODIES);
  moveLogs(db, relayPub);
  db.exec(`
    INSERT INTO inboxes (inbox_id, owner_pub, send_id, seq, open_count, member_count, day)
      SELECT inbox_id, owner_pub, send_id, seq, count, 0, day FROM old_inboxes ORDER BY inbox_id;
    INSERT INTO blobs SELECT * FROM old_blobs ORDER BY blob_id;
  `);
  moveBodies(db, ENTRIES, {
    rows: "SELECT log_id AS id, seq AS number, body, entry_id, head, day FROM old_entries ORDER BY 1, 2",
    insert: "INSERT INTO entries VALUES (?1, ?2, ?5, ?6, ?7, ?3, ?4)",
    more: ["entry_id", "head", "day"],
  });
  moveBodies(db, MESSAGES, {
    rows: "SELECT inbox_id AS id, seq AS number, body, message_id, day FROM old_messages ORDER BY 1, 2",
    insert: "INSERT INTO messages VALUES (?1, ?2, ?5, 0, ?6, ?3, ?4)",
    more: ["message_id", "day"],
  });
  moveBodies(db, PARTS, {
    rows: "SELECT blob_id AS id, part AS number, bytes AS body FROM old_parts ORDER BY 1, 2",
    insert: "INSERT INTO parts VALUES (?1, ?2, ?3, ?4)",
    more: [],
  });
  for (const table of old) db.exec(`DROP TABLE old_${table}`);
}

/** Nothing was ever deleted for its age: what is gone is what was before the first entry. */
function moveLogs(db: DatabaseSync, relayPub: Uint8Array): void {
  const insert = db.prepare("INSERT INTO logs VALUES (?, ?, ?, ?, ?, 0, ?, ?)");
  const rows = db.prepare("SELECT * FROM old_logs ORDER BY log_id");
  for (const row of rows.iterate()) {
    const logId = bytesIn(row, "log_id");
    insert.run(
      logId,
      bytesIn(row, "write_pub"),
      bytesIn(row, "read_pub"),
      numberIn(row, "seq"),
      bytesIn(row, "head"),
      firstChainHead(sha256, logId, relayPub),
      numberIn(row, "day"),
    );
  }
}

interface Move {
  readonly rows: string;
  /** Of id, number, size, place and the further columns. */
  readonly insert: string;
  readonly more: readonly string[];
}

function moveBodies(
  db: DatabaseSync,
  kind: Kind,
  { rows, insert, more }: Move,
): void {
  const shelves = prepareShelves(db, kind);
  const statement = db.prepare(insert);
  for (const row of db.prepare(rows).iterate()) {
    const owner = { id: bytesIn(row, "id"), number: numberIn(row, "number") };
    const body = bytesIn(row, "body");
    const place = shelves.add(owner, body);
    const { id, number } = owner;
    const rest = more.map((column) => valueIn(row, column));
    statement.run(id, number, body.length, place, ...rest);
  }
}

function valueIn(row: Row, column: string): number | Uint8Array {
  return column === "day" ? numberIn(row, column) : bytesIn(row, column);
}
