// The store through its thread, on a disk.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  append,
  body,
  createLog,
  id,
  read,
} from "../../testing/log-store-contract.ts";
import { openStore, type OpenStore } from "./open-store.ts";
import { STAGING_TABLES } from "./layout.ts";
import { openDatabase, STORE_FILE } from "./sqlite-database.ts";
import { prepareTables, runTogether } from "./transactions.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-store-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function open(settleMs?: number): Promise<OpenStore> {
  const store = await openStore({
    folder,
    relayPub: id(0),
    ...(settleMs === undefined ? {} : { settleMs }),
  });
  if (!store.ok) throw new InvariantError(store.error.kind);
  return store.value;
}

const wal = () => join(folder, `${STORE_FILE}-wal`);

describe("openStore", () => {
  it("[RN-11] has everything again after it was closed, and goes on with the chain", async () => {
    const first = await open();
    await first.run([createLog(1), append(1, body(1))]);
    const before = await first.run([read(1)]);
    await first.close();
    const second = await open();
    expect(await second.run([read(1)])).toEqual(before);
    expect(await second.run([append(1, body(2))])).toMatchObject([{ seq: 2 }]);
    await second.close();
  });

  it("[RN-31] says up to which day it was used before", async () => {
    const first = await open();
    expect(first.lastDay).toBeUndefined();
    await first.run([{ ...createLog(1), day: 20_005 }]);
    // A clock that was set back.
    await first.run([{ ...createLog(2), day: 20_001 }]);
    await first.close();
    const second = await open();
    expect(second.lastDay).toBe(20_005);
    await second.close();
  });

  it("[RN-16] finishes what was asked for before it was closed", async () => {
    const store = await open();
    const made = store.run([createLog(1)]);
    const appended = Array.from({ length: 50 }, (_, n) =>
      store.run([append(1, body(n))]),
    );
    await store.close();
    await made;
    expect(await Promise.all(appended)).toMatchObject(
      appended.map((_, n) => [{ seq: n + 1 }]),
    );
  });

  it("[RN-17] answers runs in the order in which they were made, and rejects only what failed", async () => {
    const store = await open();
    const outcomes = await Promise.allSettled([
      store.run([createLog(1)]),
      store.run([{ ...createLog(2), logId: new Uint8Array(31) }]),
      store.run([append(1, body(1))]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    await store.close();
  });

  it("[RN-13] folds the write-ahead log into the file soon after a write", async () => {
    const store = await open(20);
    const marker = createSeededRandom("marker").bytes(2_000);
    await store.run([createLog(1), append(1, marker)]);
    await expect.poll(() => statSync(wal()).size).toBe(0);
    expect(
      readFileSync(join(folder, STORE_FILE)).includes(
        Buffer.from(marker.subarray(0, 100)),
      ),
    ).toBe(true);
    await store.run([append(1, body(1))]);
    expect(statSync(wal()).size).toBeGreaterThan(0);
    await expect.poll(() => statSync(wal()).size).toBe(0);
    await store.run([append(1, body(2))]);
    await store.close();
    expect(existsSync(wal())).toBe(false);
  });

  it("[RN-23] puts what an end in the middle left in its place at once, and leaves nothing of it where it came", async () => {
    const marker = createSeededRandom("marker").bytes(1_024);
    const db = openDatabase(join(folder, STORE_FILE), id(0));
    if (!db.ok) throw new InvariantError("not opened");
    runTogether(prepareTables(db.value), [[createLog(1), append(1, marker)]]);
    db.value.close();
    const count = (): number =>
      readFileSync(join(folder, STORE_FILE))
        .toString("latin1")
        .split(Buffer.from(marker.subarray(0, 100)).toString("latin1")).length -
      1;
    const staged = (): number => {
      const reader = new DatabaseSync(join(folder, STORE_FILE), {
        readOnly: true,
      });
      const rows = STAGING_TABLES.flatMap((table) =>
        reader.prepare(`SELECT n FROM ${table}`).all(),
      );
      reader.close();
      return rows.length;
    };
    expect([staged(), count()]).toEqual([1, 1]);
    const store = await open(600_000);
    await expect.poll(staged).toBe(0);
    await expect.poll(() => statSync(wal()).size).toBe(0);
    expect(count()).toBe(1);
    expect(await store.run([read(1)])).toMatchObject([
      { entries: [{ seq: 1, body: marker }] },
    ]);
    await store.close();
  });

  it("[HT-14] says that the file cannot be made", async () => {
    mkdirSync(join(folder, STORE_FILE));
    const store = await openStore({ folder, relayPub: id(0) });
    expect(store).toEqual({
      ok: false,
      error: { kind: "data-not-writable", folder, code: "EISDIR" },
    });
  });
});
