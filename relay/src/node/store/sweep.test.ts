import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { createSeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import type { SweepRequest } from "../../core/store.ts";
import {
  append,
  createLog,
  id,
  read,
} from "../../testing/log-store-contract.ts";
import {
  createStoreFolder,
  openTestStore,
} from "../../testing/store-folder.ts";
import { sha256 } from "../node-crypto.ts";
import { LAYOUT } from "./layout.ts";
import { STORE_FILE } from "./sqlite-database.ts";
import { mergeAll, prepareTables, runTogether } from "./transactions.ts";

const DAY = 20_000;

function sweep(more: Partial<SweepRequest>): SweepRequest {
  return {
    t: "sweep",
    entriesBefore: 0,
    logsBefore: 0,
    messagesBefore: 0,
    inboxesBefore: 0,
    blobsBefore: 0,
    unfinishedBefore: 0,
    maxRows: 200,
    ...more,
  };
}

function logOf(n: number) {
  return { ...createLog(1), logId: sha256(Uint8Array.of(n >> 8, n, 1)) };
}

describe("a sweep", () => {
  it("[RN-25] looks at a part of the logs in each request, deletes no more than it may, and forgets none", () => {
    const db = new DatabaseSync(":memory:");
    db.exec(LAYOUT);
    const tables = prepareTables(db);
    const COUNT = 3_000;
    const logs = Array.from({ length: COUNT }, (_, n) => ({
      ...logOf(n),
      maxLogs: COUNT,
      // One of three is old.
      day: n % 3 === 0 ? DAY : DAY + 5,
    }));
    runTogether(tables, [logs]);
    const left = () => [...tables.logs.records.from(new Uint8Array(32))].length;
    let rounds = 0;
    for (let isDone = false; !isDone; rounds++) {
      const before = left();
      const [outcome] = runTogether(tables, [[sweep({ logsBefore: DAY + 1 })]]);
      const [result] = outcome === "failed" ? [] : (outcome ?? []);
      if (result?.t !== "swept") throw new Error("not swept");
      isDone = result.isDone;
      expect(before - left()).toBeLessThanOrEqual(200);
    }
    expect(left()).toBe(2_000);
    expect(rounds).toBeGreaterThanOrEqual(5);
    expect(rounds).toBeLessThan(20);
    // There is room again for as many as went.
    const again = runTogether(tables, [
      [
        { ...logOf(0), maxLogs: 2_001 },
        { ...logOf(3), maxLogs: 2_001 },
      ],
    ]);
    expect(again).toMatchObject([[{ t: "done" }, { t: "refused" }]]);
    db.close();
  });

  it("[RN-25] goes on after a step that was taken back, and deletes all the same", () => {
    const db = new DatabaseSync(":memory:");
    db.exec(LAYOUT);
    const tables = prepareTables(db);
    runTogether(tables, [[createLog(1), createLog(2)]]);
    for (let n = 0; n < 50; n++) {
      const stored = Uint8Array.of(n);
      runTogether(tables, [[append(1, stored), append(2, stored)]]);
    }
    mergeAll(tables);
    const step = sweep({ entriesBefore: DAY + 1, maxRows: 30 });
    const broken = { ...createLog(9), logId: new Uint8Array(31) };
    runTogether(tables, [[step]]);
    expect(runTogether(tables, [[step, broken]])).toEqual(["failed"]);
    for (let n = 0; n < 5; n++) runTogether(tables, [[step]]);
    expect(runTogether(tables, [[read(1), read(2)]])).toMatchObject([
      [
        { entries: [], seq: 50, gone: { seq: 50 } },
        { entries: [], seq: 50, gone: { seq: 50 } },
      ],
    ]);
    db.close();
  });

  it("[RN-25] leaves nothing of what it deleted in the file", async () => {
    const folder = createStoreFolder();
    const store = await openTestStore(folder);
    const random = createSeededRandom("swept");
    const bodies = Array.from({ length: 60 }, () => random.bytes(3_840));
    await store.run([createLog(1), createLog(2)]);
    for (const [i, stored] of bodies.entries()) {
      await store.run([append(1 + (i % 2), stored, { day: DAY + (i % 2) })]);
    }
    await store.run([sweep({ entriesBefore: DAY + 1, maxRows: 1_000 })]);
    await store.close();
    const bytes = readFileSync(join(folder, STORE_FILE));
    for (const [i, stored] of bodies.entries()) {
      const isThere = bytes.includes(Buffer.from(stored.subarray(0, 64)));
      expect(isThere).toBe(i % 2 === 1);
      // Its id, its head: rows go with their bodies.
      expect(bytes.includes(Buffer.from(sha256(stored)))).toBe(i % 2 === 1);
    }
    expect(bytes.includes(Buffer.from(id(1)))).toBe(true);
  });
});
