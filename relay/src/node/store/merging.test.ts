import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  append,
  body,
  createLog,
  read,
} from "../../testing/log-store-contract.ts";
import { LAYOUT } from "./layout.ts";
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
  tables = prepareTables(db);
});

afterEach(() => db.close());

function count(table: string): unknown {
  return db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"];
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

describe("merging", () => {
  beforeEach(() => {
    runTogether(tables, [[0, 1, 2].map((n) => createLog(n))]);
  });

  it("[RN-23] changes nothing of what is read, before, while and after it happens", () => {
    appendSome(0, 1_500);
    const before = readAll();
    expect([count("staging"), count("entries")]).toEqual([1_500, 0]);
    let turns = 0;
    while (mergeSome(tables)) {
      turns += 1;
      expect(readAll()).toEqual(before);
    }
    expect(turns).toBeGreaterThan(2);
    expect(readAll()).toEqual(before);
    expect([count("staging"), count("entries")]).toEqual([0, 1_500]);
  });

  it("[RN-23] takes what comes while it happens the next time, and knows all of it again", () => {
    appendSome(0, 1_500);
    mergeSome(tables);
    appendSome(1_500, 3_000);
    const before = readAll();
    mergeAll(tables);
    expect(count("entries")).toBe(1_500);
    mergeAll(tables);
    expect([count("staging"), count("entries")]).toEqual([0, 3_000]);
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
    tables = prepareTables(db);
    expect(readAll()).toEqual(before);
    mergeAll(tables);
    expect([count("staging"), count("entries")]).toEqual([0, 1_500]);
    expect(readAll()).toEqual(before);
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
