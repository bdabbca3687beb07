// Brings a file of an earlier layout up to this one (docs/spec/relay-node.md, RN-27) in one transaction: a crash in the middle
// leaves the file as it was. There is a way from every earlier version straight to the present one, which reads the old
// tables and writes as the store does.

import type { DatabaseSync } from "node:sqlite";
import { firstChainHead } from "@halqa/protocol";
import { sha256 } from "../node-crypto.ts";
import {
  BLOBS,
  CONTENTS,
  ENTRIES,
  ENTRY_BODIES,
  INBOXES,
  LAYOUT_VERSION,
  LOGS,
  MESSAGE_BODIES,
  MESSAGES,
  PART_BODIES,
  PARTS,
  SEND_IDS,
  SHELF_SIZES,
  STAGING,
  type Kind,
} from "./layout.ts";
import { openRecords, type RecordOf } from "./record.ts";
import { bytesIn, numberIn, type Row } from "./row.ts";
import { prepareShelves, type Owner } from "./shelf.ts";

const TABLES = ["logs", "inboxes", "blobs", "entries", "messages", "parts"];
const SHELVES = ["entry_bodies", "message_bodies", "part_bodies"].flatMap(
  (shelves) => SHELF_SIZES.map((size) => `${shelves}_${size}`),
);

/** What the old tables of a version hold, in the same words for every version. */
interface Old {
  readonly tables: readonly string[];
  readonly logs: string;
  readonly inboxes: string;
  readonly entries: string;
  readonly messages: string;
  readonly parts: string;
}

const VERSIONS: Readonly<Record<number, Old>> = {
  // Bodies are in the rows, and nothing was ever deleted for its age.
  1: {
    tables: TABLES,
    logs: "SELECT *, 0 AS gone_seq, NULL AS gone_head FROM old_logs ORDER BY log_id",
    inboxes:
      "SELECT *, NULL AS member_pub, NULL AS member_pub_before, count AS open_count, 0 AS member_count FROM old_inboxes ORDER BY inbox_id",
    entries: "SELECT * FROM old_entries ORDER BY log_id, seq",
    messages:
      "SELECT *, 0 AS is_member FROM old_messages ORDER BY inbox_id, seq",
    parts: "SELECT *, bytes AS body FROM old_parts ORDER BY blob_id, part",
  },
  // Bodies are on shelves, and those of entries that had just come in `staging`.
  2: {
    tables: [...TABLES, "staging", ...SHELVES],
    logs: "SELECT * FROM old_logs ORDER BY log_id",
    inboxes: "SELECT * FROM old_inboxes ORDER BY inbox_id",
    entries: `
      SELECT log_id, seq, entry_id, head, day, ${bodyOn("entry_bodies", "old_entries")} AS body FROM old_entries
      UNION ALL
      SELECT log_id, new.seq, entry_id, new.head, new.day, substr(body, 1, size)
        FROM old_staging AS new JOIN old_logs USING (log_id) WHERE new.seq > old_logs.seq
      ORDER BY log_id, seq`,
    messages: `SELECT *, ${bodyOn("message_bodies", "old_messages")} AS body FROM old_messages ORDER BY inbox_id, seq`,
    parts: `SELECT *, ${bodyOn("part_bodies", "old_parts")} AS body FROM old_parts ORDER BY blob_id, part`,
  },
};

/** The body of a row of version 2, on the shelf that is the first to have room for it. */
function bodyOn(shelves: string, table: string): string {
  const cases = SHELF_SIZES.map(
    (size) =>
      `WHEN size <= ${size} THEN (SELECT body FROM old_${shelves}_${size} AS shelf WHERE shelf.place = ${table}.place)`,
  );
  return `substr(CASE ${cases.join(" ")} END, 1, size)`;
}

/** In this version bodies of what had just come lay at their places already, and the rest alone in `staging`. */
const WITHOUT_STAGED_BODIES = 3;

/** Whether there is a way from this version to the present one. */
export function canMigrate(version: number): boolean {
  const known = [WITHOUT_STAGED_BODIES, LAYOUT_VERSION];
  return known.includes(version) || VERSIONS[version] !== undefined;
}

/** Goes from this version to the present one. */
export function migrate(
  db: DatabaseSync,
  from: number,
  relayPub: Uint8Array,
): void {
  if (from === WITHOUT_STAGED_BODIES) return settleVersion3(db);
  const old = VERSIONS[from];
  if (old === undefined) return;
  db.exec("BEGIN IMMEDIATE");
  for (const table of old.tables) {
    db.exec(`ALTER TABLE ${table} RENAME TO old_${table}`);
  }
  db.exec(CONTENTS);
  moveLogs(db, old, relayPub);
  moveInboxes(db, old);
  moveBlobs(db, old);
  for (const table of old.tables) db.exec(`DROP TABLE old_${table}`);
  db.exec(`PRAGMA user_version = ${LAYOUT_VERSION}`);
  db.exec("COMMIT");
  // Gives back what the old tables took, and takes in effect that the file does not shrink by itself any more.
  db.exec("PRAGMA auto_vacuum = NONE");
  db.exec("VACUUM");
}

/** Everything stays where it lies but for what had just come. */
function settleVersion3(db: DatabaseSync): void {
  db.exec("BEGIN IMMEDIATE");
  const [logs, entries] = [openRecords(db, LOGS), openRecords(db, ENTRIES)];
  const places = openRecords(db, ENTRY_BODIES.places);
  const items = SHELF_SIZES.map((size) =>
    db.prepare(
      `SELECT item, place FROM ${ENTRY_BODIES.shelves}_${size} WHERE place IN (?, ?)`,
    ),
  );
  for (const row of db.prepare("SELECT * FROM staging ORDER BY n").iterate()) {
    const [id, number] = [bytesIn(row, "log_id"), numberIn(row, "seq")];
    const entryId = bytesIn(row, "entry_id");
    const { head, day } = endIn(row);
    if (number > (logs.get(id)?.seq ?? Infinity)) {
      entries.put({ entry: { id, number }, entryId, head, day });
      logs.edit(id, () => endIn(row));
    }
    const changed = [numberIn(row, "place"), numberIn(row, "moved_to")];
    for (const one of items.flatMap((shelf) => shelf.all(...changed))) {
      places.put({ item: bytesIn(one, "item"), place: numberIn(one, "place") });
    }
  }
  db.exec("DROP TABLE staging");
  db.exec(STAGING);
  db.exec(`PRAGMA user_version = ${LAYOUT_VERSION}`);
  db.exec("COMMIT");
}

function moveLogs(db: DatabaseSync, old: Old, relayPub: Uint8Array): void {
  const logs = openRecords(db, LOGS);
  for (const row of db.prepare(old.logs).iterate()) {
    const logId = bytesIn(row, "log_id");
    const goneHead =
      row["gone_head"] === null
        ? firstChainHead(sha256, logId, relayPub)
        : bytesIn(row, "gone_head");
    const gone = { goneSeq: numberIn(row, "gone_seq"), goneHead };
    const [writePub, readPub] = [
      bytesIn(row, "write_pub"),
      bytesIn(row, "read_pub"),
    ];
    logs.put({ logId, writePub, readPub, ...gone, ...endIn(row) });
  }
  const entries = openRecords(db, ENTRIES);
  const shelve = createShelving(db, ENTRY_BODIES);
  for (const row of db.prepare(old.entries).iterate()) {
    const [id, number] = [bytesIn(row, "log_id"), numberIn(row, "seq")];
    const entryId = bytesIn(row, "entry_id");
    const { head, day } = endIn(row);
    entries.put({ entry: { id, number }, entryId, head, day });
    shelve({ id, number, item: entryId }, row);
    // Of what had just come, the log's row says nothing yet.
    logs.edit(id, (log) => (log.seq < number ? endIn(row) : {}));
  }
}

function endIn(row: Row): Pick<RecordOf<typeof LOGS>, "seq" | "head" | "day"> {
  return {
    seq: numberIn(row, "seq"),
    head: bytesIn(row, "head"),
    day: numberIn(row, "day"),
  };
}

function moveInboxes(db: DatabaseSync, old: Old): void {
  const inboxes = openRecords(db, INBOXES);
  const sendIds = openRecords(db, SEND_IDS);
  for (const row of db.prepare(old.inboxes).iterate()) {
    const inboxId = bytesIn(row, "inbox_id");
    const sendId = bytesIn(row, "send_id");
    const keys = ["member_pub", "member_pub_before"]
      .filter((column) => row[column] !== null)
      .map((column) => bytesIn(row, column));
    const noKey = new Uint8Array(32);
    inboxes.put({
      inboxId,
      ownerPub: bytesIn(row, "owner_pub"),
      sendId,
      memberKeys: keys.length,
      memberPub: keys[0] ?? noKey,
      memberPubBefore: keys[1] ?? noKey,
      seq: numberIn(row, "seq"),
      openCount: numberIn(row, "open_count"),
      memberCount: numberIn(row, "member_count"),
      day: numberIn(row, "day"),
    });
    sendIds.put({ sendId, inboxId });
  }
  const messages = openRecords(db, MESSAGES);
  const shelve = createShelving(db, MESSAGE_BODIES);
  for (const row of db.prepare(old.messages).iterate()) {
    const [id, number] = [bytesIn(row, "inbox_id"), numberIn(row, "seq")];
    const messageId = bytesIn(row, "message_id");
    const isMember = numberIn(row, "is_member");
    const day = numberIn(row, "day");
    messages.put({ message: { id, number }, messageId, isMember, day });
    shelve({ id, number, item: messageId }, row);
  }
}

function moveBlobs(db: DatabaseSync, old: Old): void {
  const HASH_LENGTH = 32;
  const blobs = openRecords(db, BLOBS);
  const parts = openRecords(db, PARTS);
  const rows = db.prepare("SELECT * FROM old_blobs ORDER BY blob_id");
  for (const row of rows.iterate()) {
    const id = bytesIn(row, "blob_id");
    const hashes = bytesIn(row, "part_hashes");
    const count = hashes.length / HASH_LENGTH;
    blobs.put({ blobId: id, parts: count, day: numberIn(row, "day") });
    for (let number = 0; number < count; number += 1) {
      const at = number * HASH_LENGTH;
      const hash = hashes.subarray(at, at + HASH_LENGTH);
      parts.put({ part: { id, number }, hash });
    }
  }
  const shelve = createShelving(db, PART_BODIES);
  for (const row of db.prepare(old.parts).iterate()) {
    const [id, number] = [bytesIn(row, "blob_id"), numberIn(row, "part")];
    shelve({ id, number, item: sha256(bytesIn(row, "body")) }, row);
  }
}

function createShelving(
  db: DatabaseSync,
  kind: Kind,
): (owner: Owner, row: Row) => void {
  const shelves = prepareShelves(db, kind);
  return (owner, row) => shelves.add(owner, bytesIn(row, "body"));
}
