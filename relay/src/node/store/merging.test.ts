import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "@halqa/bytes";
import {
  afterEach,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
} from "vitest";
import {
  append,
  body,
  createLog,
  id,
  read,
} from "../../testing/log-store-contract.ts";
import { LAYOUT, STAGING_TABLES } from "./layout.ts";
import { openDatabase } from "./sqlite-database.ts";
import {
  mergeAll,
  mergeSome,
  prepareTables,
  runTogether,
  type Tables,
} from "./transactions.ts";

let db: DatabaseSync;
let tables: Tables;

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(LAYOUT);
  tables = prepare();
});

function prepare(): Tables {
  return prepareTables(db, undefined, { entries: 512, bytes: 1e9 });
}

afterEach(() => db.close());

/** How many entries wait, and how many are in their leaves. */
function counts(): readonly number[] {
  const inLeaves = [...tables.logs.entries.from(new Uint8Array(38))];
  const waiting = STAGING_TABLES.flatMap((table) =>
    db.prepare(`SELECT n FROM ${table}`).all(),
  );
  return [waiting.length, inLeaves.length];
}

function readAll() {
  const [outcome] = runTogether(tables, [
    [0, 1, 2].map((n) => ({ ...read(n), maxEntries: 10_000, maxBytes: 1e9 })),
  ]);
  expect(outcome).not.toBe("failed");
  return outcome;
}

/** Entries of three logs in turns. */
function appendSome(from: number, to: number): void {
  const entries = Array.from({ length: to - from }, (_, i) => {
    const stored = new Uint8Array(new Uint32Array([from + i]).buffer);
    return append((from + i) % 3, stored, { maxSeq: 10_000 });
  });
  const outcomes = runTogether(
    tables,
    entries.map((entry) => [entry]),
  );
  expect(outcomes.includes("failed")).toBe(false);
}

describe("merging", { timeout: 60_000 }, () => {
  beforeEach(() => {
    runTogether(tables, [[0, 1, 2].map((n) => createLog(n))]);
  });

  it("[RN-23] changes nothing of what is read, before, while and after it happens", () => {
    appendSome(0, 1_500);
    const before = readAll();
    expect(counts()).toEqual([1_500, 0]);
    let turns = 0;
    while (mergeSome(tables)) {
      turns += 1;
      expect(readAll()).toEqual(before);
    }
    expect(turns).toBeGreaterThan(2);
    expect(readAll()).toEqual(before);
    expect(counts()).toEqual([0, 1_500]);
  });

  it("[RN-23] takes what comes while it happens the next time, and knows all of it again", () => {
    appendSome(0, 1_500);
    mergeSome(tables);
    appendSome(1_500, 3_000);
    const before = readAll();
    mergeAll(tables);
    expect(counts()[1]).toBe(1_500);
    mergeAll(tables);
    expect(counts()).toEqual([0, 3_000]);
    expect(readAll()).toEqual(before);
    // Sent again: everything has its sequence already.
    const again = runTogether(tables, [
      [append(0, new Uint8Array(4), { maxSeq: 10_000 })],
    ]);
    expect(again).toMatchObject([[{ seq: 1, isNew: false }]]);
  });

  it("[RN-23] goes on where a process ended in the middle of it", () => {
    appendSome(0, 1_500);
    const before = readAll();
    mergeSome(tables);
    // Another process finds the file as it is now.
    tables = prepare();
    expect(readAll()).toEqual(before);
    appendSome(1_500, 1_503);
    // What came in both lives, in both tables.
    mergeSome(tables);
    appendSome(1_503, 1_506);
    const after = readAll();
    mergeAll(tables);
    expect(counts()).toEqual([3, 1_503]);
    mergeAll(tables);
    expect(counts()).toEqual([0, 1_506]);
    expect(readAll()).toEqual(after);
  });

  it("[RN-23] moves again what a disk did not take, and deletes none of it before", () => {
    appendSome(0, 1_500);
    const before = readAll();
    mergeSome(tables);
    const exec = db.exec.bind(db);
    for (let failures = 0; failures < 3; failures += 1) {
      db.exec = (sql) => {
        if (sql === "COMMIT") throw new Error("disk full");
        exec(sql);
      };
      expect(mergeSome(tables)).toBe(false);
      db.exec = exec;
      expect(readAll()).toEqual(before);
    }
    mergeAll(tables);
    expect(counts()).toEqual([0, 1_500]);
    expect(readAll()).toEqual(before);
  });

  it("[RN-23] knows again what another process has put in its place", () => {
    const folder = mkdtempSync(join(tmpdir(), "halqa-merging-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "relay.db");
    const [one, two] = [openDatabase(file, id(0)), openDatabase(file, id(0))];
    if (!one.ok || !two.ok) throw new InvariantError("not opened");
    const [first, second] = [one.value, two.value].map((each) =>
      prepareTables(each),
    );
    if (!first || !second) throw new InvariantError("not prepared");
    // Reads the leaf of places, in which there is nothing yet.
    runTogether(second, [[createLog(0), append(0, body(1))]]);
    mergeAll(second);
    runTogether(first, [[append(0, body(2))]]);
    mergeAll(first);
    const again = runTogether(second, [[append(0, body(2))]]);
    expect(again).toMatchObject([[{ seq: 2, isNew: false }]]);
    for (const each of [one, two]) each.value.close();
  });

  it("[RN-17] forgets what was taken back, and keeps what it had", () => {
    appendSome(0, 9);
    const before = readAll();
    const failed = runTogether(tables, [
      [append(0, body(77)), { ...createLog(9), logId: new Uint8Array(31) }],
    ]);
    expect(failed).toEqual(["failed"]);
    expect(readAll()).toEqual(before);
    // Moved, and then taken back with the rest.
    const sweep = {
      t: "sweep" as const,
      entriesBefore: 99_999,
      logsBefore: 0,
      messagesBefore: 0,
      inboxesBefore: 0,
      blobsBefore: 0,
      unfinishedBefore: 0,
      maxRows: 10_000,
    };
    expect(
      runTogether(tables, [
        [sweep, { ...createLog(9), logId: new Uint8Array(31) }],
      ]),
    ).toEqual(["failed"]);
    expect(readAll()).toEqual(before);
    mergeAll(tables);
    expect(readAll()).toEqual(before);
  });
});
