import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { copyFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  append,
  body,
  createLog,
  read,
} from "../../testing/log-store-contract.ts";
import {
  createStoreFolder,
  openTestStore,
} from "../../testing/store-folder.ts";
import { backUpStore, describeBackupFault } from "./backup.ts";
import { STORE_FILE } from "./sqlite-database.ts";

describe("backUpStore", () => {
  it("[RN-28] copies what is durable while the store is written to, and the copy goes on as a store", async () => {
    const folder = createStoreFolder();
    const store = await openTestStore(folder);
    await store.run([createLog(1)]);
    for (let n = 0; n < 20; n++) await store.run([append(1, body(n))]);
    const to = join(createStoreFolder(), STORE_FILE);
    const writing = Array.from({ length: 50 }, (_, n) =>
      store.run([append(1, body(100 + n))]),
    );
    const copied = backUpStore(folder, to);
    await Promise.all(writing);
    expect(copied).toEqual({ ok: true, value: statSync(to).size });
    const [whole] = await store.run([{ ...read(1), maxEntries: 1_000 }]);
    await store.close();
    const again = await openTestStore(join(to, ".."));
    const [restored] = await again.run([{ ...read(1), maxEntries: 1_000 }]);
    if (whole?.t !== "entries" || restored?.t !== "entries") {
      throw new Error("not read");
    }
    // As it was at one moment, neither before what was acknowledged nor with a gap.
    expect(restored.entries.length).toBeGreaterThanOrEqual(20);
    expect(restored.entries).toEqual(
      whole.entries.slice(0, restored.entries.length),
    );
    await again.close();
  });

  it("[RN-28] leaves nothing in the copy in the order in which it came, and no other file", async () => {
    const folder = createStoreFolder();
    const store = await openTestStore(folder);
    await store.run([createLog(1), append(1, body(1))]);
    const into = createStoreFolder();
    expect(backUpStore(folder, join(into, "copy.db")).ok).toBe(true);
    expect(readdirSync(into)).toEqual(["copy.db"]);
    if (process.platform !== "win32") {
      expect(statSync(join(into, "copy.db")).mode & 0o777).toBe(0o600);
    }
    const db = new DatabaseSync(join(into, "copy.db"));
    const count = (table: string) =>
      db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"];
    const tables = ["staging_0", "staging_1", "entry_bodies_1024"];
    expect(tables.map(count)).toEqual([0, 0, 1]);
    db.close();
    await store.close();
  });

  it("[RN-28] says why there is no backup, and leaves what is there", async () => {
    const folder = createStoreFolder();
    const to = join(createStoreFolder(), "copy.db");
    expect(backUpStore(folder, to)).toEqual({
      ok: false,
      error: { kind: "no-store", folder },
    });
    await (await openTestStore(folder)).close();
    writeFileSync(to, "mine");
    expect(backUpStore(folder, to)).toEqual({
      ok: false,
      error: { kind: "exists", to },
    });
    const nowhere = join(folder, "none", "copy.db");
    expect(backUpStore(folder, nowhere)).toEqual({
      ok: false,
      error: { kind: "failed", to: nowhere, code: "ENOENT" },
    });
    const file = join(folder, STORE_FILE);
    copyFileSync(file, `${file}.kept`);
    writeFileSync(file, "x".repeat(10_000));
    const other = join(folder, "other.db");
    expect(backUpStore(folder, other)).toMatchObject({
      ok: false,
      error: { kind: "failed" },
    });
    copyFileSync(`${file}.kept`, file);
    const db = new DatabaseSync(file);
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(backUpStore(folder, other)).toEqual({
      ok: false,
      error: { kind: "other-version", folder },
    });
    expect(existsSync(other) || existsSync(`${other}.new`)).toBe(false);
  });

  it.each([
    [{ kind: "no-store", folder: "/data" }],
    [{ kind: "other-version", folder: "/data" }],
    [{ kind: "exists", to: "/copy.db" }],
    [{ kind: "failed", to: "/copy.db", code: "ENOSPC" }],
  ] as const)("[RN-28] says it in one sentence: %o", (fault) => {
    expect(describeBackupFault(fault)).toMatch(/^[^\n]+\.$/);
  });
});
