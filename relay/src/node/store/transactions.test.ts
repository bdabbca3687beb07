import { DatabaseSync } from "node:sqlite";
import { InvariantError } from "@halqa/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  append,
  body,
  createLog,
  id,
  read,
} from "../../testing/log-store-contract.ts";
import { LAYOUT } from "./layout.ts";
import {
  prepareTables,
  runTogether,
  type RunOutcome,
  type Tables,
} from "./transactions.ts";

import { createWriteGate, RETRY_MS } from "./write-gate.ts";

let db: DatabaseSync;
let tables: Tables;
let now = 0;
let changes: boolean[] = [];

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(LAYOUT);
  [now, changes] = [0, []];
  const gate = createWriteGate(
    () => now,
    (isWritable) => changes.push(isWritable),
  );
  tables = prepareTables(db, gate);
});

afterEach(() => db.close());

/** A run that breaks a promise of the tables in its second request. */
const broken = [
  createLog(7),
  { ...createLog(8), logId: new Uint8Array(31) },
] as const;

function entriesOf([outcome]: readonly RunOutcome[]): number {
  const [result] = outcome === "failed" ? [] : (outcome ?? []);
  if (result?.t !== "entries") throw new InvariantError("not read");
  return result.entries.length;
}

describe("runTogether", () => {
  it("[RN-17] writes many runs in one transaction", () => {
    const statements: string[] = [];
    const exec = db.exec.bind(db);
    db.exec = (sql) => {
      statements.push(sql);
      exec(sql);
    };
    runTogether(tables, [
      [createLog(1)],
      ...[1, 2, 3].map((n) => [append(1, body(n))]),
    ]);
    expect(statements).toEqual(["BEGIN", "COMMIT"]);
    expect(entriesOf(runTogether(tables, [[read(1)]]))).toBe(3);
  });

  it("[RN-17] does nothing of a run that fails, and everything of those beside it", () => {
    const outcomes = runTogether(tables, [
      [createLog(1)],
      broken,
      [append(1, body(1))],
    ]);
    expect(outcomes).toMatchObject([
      [{ t: "done" }],
      "failed",
      [{ t: "appended", seq: 1 }],
    ]);
    expect(runTogether(tables, [[{ t: "find-log", logId: id(7) }]])).toEqual([
      [{ t: "absent" }],
    ]);
    expect(runTogether(tables, [broken])).toEqual(["failed"]);
    expect(db.isTransaction).toBe(false);
  });

  it("[RN-24] reads when there is no room, says that writes fail, and writes when there is room again", () => {
    runTogether(tables, [[createLog(1), append(1, body(1))]]);
    const pages = Number(
      Object.values(db.prepare("PRAGMA page_count").get() ?? {})[0],
    );
    db.exec(`PRAGMA max_page_count = ${pages}`);
    const large = append(1, new Uint8Array(65_280));
    expect(runTogether(tables, [[large], [read(1)]])).toMatchObject([
      "failed",
      [{ t: "entries", seq: 1 }],
    ]);
    db.exec(`PRAGMA max_page_count = ${pages + 100}`);
    // Not before the next try is due.
    expect(runTogether(tables, [[large], [read(1)]])).toMatchObject([
      "failed",
      [{ t: "entries", seq: 1 }],
    ]);
    now += RETRY_MS;
    expect(runTogether(tables, [[large]])).toMatchObject([[{ seq: 2 }]]);
    expect(changes).toEqual([false, true]);
  });
});
