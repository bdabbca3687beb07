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
import { sha256 } from "../node-crypto.ts";
import { LAYOUT_VERSION } from "./layout.ts";
import { canMigrate } from "./migrations.ts";
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

  it("[RN-27] has a way from every earlier version", () => {
    for (let version = 1; version <= LAYOUT_VERSION; version++) {
      expect(canMigrate(version)).toBe(true);
    }
    expect([0, LAYOUT_VERSION + 1].some(canMigrate)).toBe(false);
  });
});
