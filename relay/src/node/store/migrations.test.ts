import { existsSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { firstChainHead, nextChainHead } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  append,
  body,
  createInbox,
  createLog,
  id,
  putPart,
  read,
  send,
} from "../../testing/log-store-contract.ts";
import {
  createStoreFolder,
  openTestStore,
} from "../../testing/store-folder.ts";
import { LAYOUT_1 } from "../../testing/store-layout-1.ts";
import { LAYOUT_2 } from "../../testing/store-layout-2.ts";
import { LAYOUT_3 } from "../../testing/store-layout-3.ts";
import { sha256 } from "../node-crypto.ts";
import { ENTRIES, ENTRY_BODIES, LAYOUT_VERSION, LOGS } from "./layout.ts";
import { canMigrate } from "./migrations.ts";
import { openRecords } from "./record.ts";
import { STORE_FILE } from "./sqlite-database.ts";

const DAY = 20_000;
const relayPub = id(0);
const firstHead = firstChainHead(sha256, id(1), relayPub);

/** A file of version 1 with a log of two entries, an inbox with one message left of two, and half a blob. */
function writeVersion1(file: string): void {
  writeFileSync(file, "", { mode: 0o600 });
  const db = new DatabaseSync(file);
  db.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;");
  db.exec(LAYOUT_1);
  db.prepare("INSERT INTO relay VALUES (?)").run(relayPub);
  let at = { seq: 0, head: firstHead };
  const entry = db.prepare("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)");
  for (const n of [1, 2]) {
    const entryId = sha256(body(n));
    at = nextChainHead(sha256, at, entryId);
    entry.run(id(1), at.seq, entryId, at.head, DAY, body(n));
  }
  db.prepare("INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?)").run(
    id(1),
    id(101),
    id(201),
    at.seq,
    at.head,
    DAY,
  );
  db.prepare("INSERT INTO inboxes VALUES (?, ?, ?, 2, 1, ?)").run(
    id(1),
    id(101),
    id(209),
    DAY,
  );
  db.prepare("INSERT INTO messages VALUES (?, 2, ?, ?, ?)").run(
    id(1),
    sha256(body(5)),
    DAY,
    body(5),
  );
  const { partHash, bytes } = putPart(1, 0);
  db.prepare("INSERT INTO blobs VALUES (?, ?, ?)").run(id(1), partHash, DAY);
  db.prepare("INSERT INTO parts VALUES (?, 0, ?)").run(id(1), bytes);
  db.exec(
    "UPDATE totals SET count = 1; PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)",
  );
  db.close();
}

describe("a file of version 1", () => {
  it("[RN-27] is brought up to this version and answers as before", async () => {
    const folder = createStoreFolder();
    const file = join(folder, STORE_FILE);
    writeVersion1(file);
    const store = await openTestStore(folder);
    expect(
      await store.run([
        read(1),
        append(1, body(2)),
        append(1, body(3)),
        { ...createLog(2), maxLogs: 1 },
        {
          t: "read-inbox",
          inboxId: id(1),
          fromSeq: 1,
          maxMessages: 9,
          maxBytes: 9_999,
        },
        send(9, body(6)),
        createInbox(1, 9),
        { t: "get-part", blobId: id(1), index: 0 },
      ]),
    ).toMatchObject([
      {
        entries: [{ body: body(1) }, { body: body(2) }],
        seq: 2,
        gone: { seq: 0, head: firstHead },
      },
      { seq: 2, isNew: false },
      { seq: 3, isNew: true },
      { t: "refused", why: "quota" },
      { messages: [{ seq: 2, body: body(5) }], seq: 2 },
      { t: "sent", seq: 3 },
      { t: "done" },
      { t: "part", bytes: putPart(1, 0).bytes },
    ]);
    await store.close();
    const db = new DatabaseSync(file);
    expect(db.prepare("PRAGMA user_version").get()).toEqual({
      user_version: LAYOUT_VERSION,
    });
    expect(db.prepare("PRAGMA auto_vacuum").get()).toEqual({ auto_vacuum: 0 });
    expect(db.prepare("PRAGMA integrity_check").get()).toEqual({
      integrity_check: "ok",
    });
    const names = db.prepare("SELECT name FROM sqlite_schema").all();
    expect(names.some(({ name }) => String(name).startsWith("old_"))).toBe(
      false,
    );
    db.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });
});

/** A file of version 2 with the same in it, but for the second entry, which had just come. */
function writeVersion2(file: string): void {
  writeFileSync(file, "", { mode: 0o600 });
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL");
  db.exec(LAYOUT_2);
  db.prepare("INSERT INTO relay VALUES (?)").run(relayPub);
  const [hash1, hash2] = [sha256(body(1)), sha256(body(2))];
  const at1 = nextChainHead(sha256, { seq: 0, head: firstHead }, hash1);
  const at2 = nextChainHead(sha256, at1, hash2);
  const PLACE = 2 ** 32;
  const shelve = (kind: string, number: number, bytes: Uint8Array): number => {
    const shelved = new Uint8Array(1_024);
    shelved.set(bytes);
    db.prepare(`INSERT INTO ${kind}_bodies_1024 VALUES (?, ?, ?, ?)`).run(
      PLACE,
      id(1),
      PLACE + number,
      shelved,
    );
    return bytes.length;
  };
  db.prepare("INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(
    id(1),
    id(101),
    id(201),
    1,
    at1.head,
    0,
    firstHead,
    DAY,
  );
  db.prepare("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)").run(
    id(1),
    1,
    hash1,
    at1.head,
    DAY,
    shelve("entry", 1, body(1)),
    PLACE,
  );
  const waiting = new Uint8Array(1_024);
  waiting.set(body(2));
  db.prepare("INSERT INTO staging VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(
    1,
    id(1),
    2,
    hash2,
    at2.head,
    DAY,
    body(2).length,
    waiting,
  );
  db.prepare("INSERT INTO inboxes VALUES (?, ?, ?, ?, ?, 2, 1, 0, ?)").run(
    id(1),
    id(101),
    id(209),
    id(102),
    id(103),
    DAY,
  );
  db.prepare("INSERT INTO messages VALUES (?, 2, ?, 0, ?, ?, ?)").run(
    id(1),
    sha256(body(5)),
    DAY,
    shelve("message", 2, body(5)),
    PLACE,
  );
  const { partHash, bytes } = putPart(1, 0);
  db.prepare("INSERT INTO blobs VALUES (?, ?, ?)").run(id(1), partHash, DAY);
  db.prepare("INSERT INTO parts VALUES (?, 0, ?, ?)").run(
    id(1),
    shelve("part", 0, bytes),
    PLACE,
  );
  db.exec(
    "UPDATE totals SET count = 1; PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)",
  );
  db.close();
}

describe("a file of version 2", () => {
  it("[RN-27] is brought up to this version with what had just come, and answers as before", async () => {
    const folder = createStoreFolder();
    writeVersion2(join(folder, STORE_FILE));
    const store = await openTestStore(folder);
    const inbox = { inboxId: id(1), fromSeq: 1, maxMessages: 9 };
    expect(
      await store.run([
        read(1),
        append(1, body(2)),
        append(1, body(3)),
        { t: "find-sender", sendId: id(209) },
        { t: "read-inbox", ...inbox, maxBytes: 9_999 },
        send(9, body(6)),
        { t: "get-part", blobId: id(1), index: 0 },
      ]),
    ).toMatchObject([
      { entries: [{ body: body(1) }, { body: body(2) }], seq: 2 },
      { seq: 2, isNew: false },
      { seq: 3, isNew: true },
      { memberPubs: [id(102), id(103)] },
      { messages: [{ seq: 2, body: body(5) }], seq: 2 },
      { t: "sent", seq: 3 },
      { t: "part", bytes: putPart(1, 0).bytes },
    ]);
    await store.close();
  });
});

/**
 * A file of version 3 with a log of three entries: the first is in its leaf, the second as well, though its row is not
 * deleted yet, and the third is known from its row alone. The body of the first has moved, which is told nowhere but there.
 */
function writeVersion3(file: string): void {
  writeFileSync(file, "", { mode: 0o600 });
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL");
  db.exec(LAYOUT_3);
  db.prepare("INSERT INTO relay VALUES (?)").run(relayPub);
  const [logs, entries] = [openRecords(db, LOGS), openRecords(db, ENTRIES)];
  const places = openRecords(db, ENTRY_BODIES.places);
  const FIRST = 2 ** 40;
  const shelve = db.prepare(
    "INSERT INTO entry_bodies_1024 VALUES (?, ?, ?, ?, ?)",
  );
  const stage = db.prepare(
    "INSERT INTO staging VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  let at = { seq: 0, head: firstHead };
  // The second lies where the first lay, and the third at the end.
  const lies = [FIRST + 1, FIRST, FIRST + 2];
  for (const [i, place] of lies.entries()) {
    const entryId = sha256(body(i + 1));
    at = nextChainHead(sha256, at, entryId);
    const { seq, head } = at;
    const item = Buffer.alloc(20);
    item.set(entryId.subarray(0, 8));
    item.set(id(1).subarray(0, 8), 8);
    item.writeUInt32BE(seq, 16);
    const shelved = new Uint8Array(1_024);
    shelved.set(body(i + 1));
    shelve.run(place, id(1), item, 2 ** 32 + body(i + 1).length, shelved);
    const movedTo = seq === 2 ? FIRST + 1 : 0;
    if (seq > 1) stage.run(seq, id(1), seq, entryId, head, DAY, place, movedTo);
    if (seq === 1) places.put({ item, place: FIRST });
    if (seq === 3) continue;
    entries.put({ entry: { id: id(1), number: seq }, entryId, head, day: DAY });
    const keys = { writePub: id(101), readPub: id(201) };
    const gone = { goneSeq: 0, goneHead: firstHead };
    logs.put({ logId: id(1), ...keys, seq, head, ...gone, day: DAY });
  }
  db.exec(
    "UPDATE totals SET count = 1; PRAGMA user_version = 3; PRAGMA wal_checkpoint(TRUNCATE)",
  );
  db.close();
}

describe("a file of version 3", () => {
  it("[RN-27] is brought up to this version with what had just come, and answers as before", async () => {
    const folder = createStoreFolder();
    writeVersion3(join(folder, STORE_FILE));
    const store = await openTestStore(folder);
    expect(
      await store.run([
        read(1),
        append(1, body(1)),
        append(1, body(3)),
        append(1, body(4)),
        read(1),
      ]),
    ).toMatchObject([
      { entries: [1, 2, 3].map((n) => ({ seq: n, body: body(n) })), seq: 3 },
      { seq: 1, isNew: false },
      { seq: 3, isNew: false },
      { seq: 4, isNew: true },
      { entries: [1, 2, 3, 4].map((n) => ({ seq: n, body: body(n) })), seq: 4 },
    ]);
    await store.close();
    const db = new DatabaseSync(join(folder, STORE_FILE));
    expect(() => db.prepare("SELECT * FROM staging")).toThrow("no such table");
    db.close();
  });
});

describe("migrations", () => {
  it("[RN-27] has a way from every earlier version", () => {
    for (let version = 1; version <= LAYOUT_VERSION; version++) {
      expect(canMigrate(version)).toBe(true);
    }
    expect([0, LAYOUT_VERSION + 1].some(canMigrate)).toBe(false);
  });
});
