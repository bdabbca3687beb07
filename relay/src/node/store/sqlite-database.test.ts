import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "@halqa/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  append,
  body,
  createBlob,
  createInbox,
  createLog,
  id,
  putPart,
  send,
} from "../../testing/log-store-contract.ts";
import { LAYOUT_VERSION, LEAVES, SHELF_SIZES } from "./layout.ts";
import { rowsInLeaf } from "./record.ts";
import {
  isSafeSqlite,
  openDatabase,
  prepareDatabase,
  STORE_FILE,
} from "./sqlite-database.ts";
import { mergeAll, prepareTables, runTogether } from "./transactions.ts";

const relayPub = id(0);
let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-db-"));
  file = join(folder, STORE_FILE);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(): DatabaseSync {
  const db = openDatabase(file, relayPub);
  if (!db.ok) throw new InvariantError(db.error.why);
  return db.value;
}

/** A store with something in every table. */
function fill(db: DatabaseSync): void {
  const tables = prepareTables(db);
  const [outcome] = runTogether(tables, [
    [
      createLog(1),
      append(1, body(1)),
      createInbox(1, 1),
      send(1, body(1)),
      createBlob(1, 1),
      putPart(1, 0),
    ],
  ]);
  expect(outcome).not.toBe("failed");
  mergeAll(tables);
}

function all(db: DatabaseSync, query: string) {
  return db.prepare(query).all();
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

describe("openDatabase", () => {
  it("[RN-10] keeps a write-ahead log, waits for the disk and overwrites what it deletes", () => {
    // Twice: made, and found again.
    for (let i = 0; i < 2; i++) {
      const db = open();
      expect(pragma(db, "journal_mode")).toBe("wal");
      expect(pragma(db, "synchronous")).toBe(2);
      expect(pragma(db, "secure_delete")).toBe(1);
      db.close();
    }
  });

  it("[RN-10] refuses a place that keeps no write-ahead log", () => {
    const db = new DatabaseSync(":memory:");
    expect(prepareDatabase(db, relayPub)).toBe("not-durable");
    db.close();
  });

  it.each([
    ["3.51.2", false],
    ["3.7.17", false],
    ["2.99.99", false],
    ["garbage", false],
    ["3.51.3", true],
    ["3.52.0", true],
    ["4.0.0", true],
  ])("[RN-10] takes SQLite %s: %s", (version, isSafe) => {
    expect(isSafeSqlite(version)).toBe(isSafe);
  });

  it.skipIf(process.platform === "win32")(
    "[RN-15] keeps its files for their owner alone",
    () => {
      const db = open();
      fill(db);
      const files = readdirSync(folder).toSorted();
      expect(files).toEqual([
        STORE_FILE,
        `${STORE_FILE}-shm`,
        `${STORE_FILE}-wal`,
      ]);
      for (const name of files) {
        expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      }
      db.close();
      expect(readdirSync(folder)).toEqual([STORE_FILE]);
    },
  );

  it("[RN-12] keeps records in leaves and bodies at drawn places, and knows no time but a day", () => {
    const db = open();
    fill(db);
    const tables = all(
      db,
      "SELECT name FROM sqlite_schema WHERE type = 'table'",
    ).map(({ name }) => ({ name: String(name) }));
    const leaves = LEAVES.map(({ table }) => table);
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(leaves),
    );
    const columns = tables
      .filter(({ name }) => !leaves.includes(name))
      .map(({ name }) => [
        name,
        ...all(db, `PRAGMA table_info(${name})`).map(({ name: one }) => one),
      ]);
    const shelves = ["entry", "message", "part"].flatMap((kind) =>
      SHELF_SIZES.map((size) => `${kind}_bodies_${size}`),
    );
    // Whoever adds a column here, or a field below, says what it tells a thief of the disk.
    expect(columns).toEqual([
      ["relay", "relay_pub"],
      ["totals", "kind", "count"],
      // In the order of arrival, and empty within seconds.
      ...["staging_0", "staging_1"].map((table) => [
        table,
        "n",
        "id",
        "record",
        "size",
        "body",
      ]),
      ...shelves.map((shelf) => [shelf, "place", "id", "item", "size", "body"]),
    ]);
    expect(
      LEAVES.map(({ table, fields }) => [table, ...Object.keys(fields)]),
    ).toEqual([
      [
        "logs",
        "logId",
        "writePub",
        "readPub",
        "seq",
        "head",
        "goneSeq",
        "goneHead",
        "day",
      ],
      ["entries", "entry", "entryId", "head", "day"],
      [
        "inboxes",
        "inboxId",
        "ownerPub",
        "sendId",
        "memberKeys",
        "memberPub",
        "memberPubBefore",
        "seq",
        "openCount",
        "memberCount",
        "day",
      ],
      ["send_ids", "sendId", "inboxId"],
      ["messages", "message", "messageId", "isMember", "day"],
      ["blobs", "blobId", "parts", "day"],
      ["parts", "part", "hash"],
      ["entry_places", "item", "place"],
      ["message_places", "item", "place"],
      ["part_places", "item", "place"],
    ]);
    for (const shape of LEAVES) {
      for (const { records } of all(db, `SELECT * FROM ${shape.table}`)) {
        if (!(records instanceof Uint8Array)) throw new InvariantError("leaf");
        for (const { place: _, ...row } of rowsInLeaf(shape, records)) {
          for (const value of Object.values(row)) {
            // Days since 1970 have five digits until 2243; seconds have ten.
            if (typeof value === "number") expect(value).toBeLessThan(100_000);
          }
        }
      }
    }
    db.close();
  });

  it.each([
    ["garbage", "damaged", () => writeFileSync(file, "x".repeat(10_000))],
    [
      "half of the file",
      "damaged",
      () => truncateSync(file, Math.floor(statSync(file).size / 2)),
    ],
    [
      "a later layout",
      "newer",
      () => change(`PRAGMA user_version = ${LAYOUT_VERSION + 1}`),
    ],
    ["tables of others", "damaged", () => change("PRAGMA user_version = 0")],
    ["no owner", "damaged", () => change("DELETE FROM relay")],
  ] as const)("[RN-18] refuses %s and leaves it", (_, why, damage) => {
    const db = open();
    fill(db);
    db.close();
    damage();
    const before = readFileSync(file);
    expect(openDatabase(file, relayPub)).toEqual({
      ok: false,
      error: { kind: "store-refused", file, why },
    });
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder)).toEqual([STORE_FILE]);
  });

  it("[RN-18] refuses the file of another key and leaves it", () => {
    open().close();
    const before = readFileSync(file);
    expect(openDatabase(file, id(1))).toEqual({
      ok: false,
      error: { kind: "store-refused", file, why: "other-key" },
    });
    expect(readFileSync(file)).toEqual(before);
    open().close();
  });
});

function change(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}
