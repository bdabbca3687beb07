import { DatabaseSync } from "node:sqlite";
import { compareBytes } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  LEAF_BYTES,
  layoutOfLeaves,
  openLeaves,
  recordsIn,
  type Leaves,
} from "./leaves.ts";

const SHAPE = { table: "some", width: 40, keyBytes: 16 };
const CAPACITY = Math.floor((LEAF_BYTES - 2) / SHAPE.width);

let db: DatabaseSync;
let leaves: Leaves;
const random = createSeededRandom("leaves");

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(layoutOfLeaves(SHAPE.table));
  leaves = openLeaves(db, SHAPE);
});

afterEach(() => db.close());

function keyOf(record: Uint8Array): Uint8Array {
  return record.subarray(0, SHAPE.keyBytes);
}

function sorted(records: Iterable<Uint8Array>): Uint8Array[] {
  return [...records].toSorted((a, b) => compareBytes(keyOf(a), keyOf(b)));
}

function all(): Uint8Array[] {
  return Array.from(leaves.from(new Uint8Array(16)), (one) =>
    Uint8Array.from(one),
  );
}

/** Keys that lie close together or far apart. */
function draw(): Uint8Array {
  const record = random.bytes(SHAPE.width);
  if (random.bool(0.5)) record.set([7, 7, 7, 7], 0);
  return record;
}

/** Each leaf is a page of sorted records with zeros behind them, and holds what belongs there. */
function checkLeaves(): void {
  const rows = db.prepare("SELECT leaf, records FROM some ORDER BY leaf").all();
  expect(rows[0]?.["leaf"]).toBe(0);
  for (const { records } of rows) {
    if (!(records instanceof Uint8Array)) throw new Error("no octets");
    expect(records).toHaveLength(LEAF_BYTES);
    const found = recordsIn(records, SHAPE.width);
    expect(found.length).toBeLessThanOrEqual(CAPACITY);
    expect(found.map(keyOf)).toEqual(sorted(found).map(keyOf));
    const rest = records.subarray(2 + found.length * SHAPE.width);
    expect(rest.every((octet) => octet === 0)).toBe(true);
  }
}

describe("leaves", () => {
  it("[RN-30] hold what a map holds, sorted, whatever comes and goes", () => {
    const model = new Map<string, Uint8Array>();
    const nameOf = (record: Uint8Array): string =>
      Buffer.from(keyOf(record)).toString("hex");
    for (let round = 0; round < 60; round += 1) {
      const some = sorted(Array.from({ length: random.int(80) + 1 }, draw));
      leaves.put(some);
      for (const one of some) model.set(nameOf(one), one);
      const [old] = [...model.values()];
      if (old === undefined) continue;
      const other = Uint8Array.from(old, (octet, i) => (i < 16 ? octet : 1));
      leaves.put([other]);
      model.set(nameOf(other), other);
      for (const one of random.shuffle([...model.values()]).slice(0, 20)) {
        expect(leaves.get(keyOf(one))).toEqual(Buffer.from(one));
        expect(leaves.remove(keyOf(one))).toBe(true);
        expect(leaves.remove(keyOf(one))).toBe(false);
        model.delete(nameOf(one));
      }
    }
    expect(model.size).toBeGreaterThan(1_000);
    expect(all()).toEqual(sorted(model.values()));
    checkLeaves();
    for (const one of model.values()) leaves.remove(keyOf(one));
    expect(all()).toEqual([]);
    expect(db.prepare("SELECT leaf FROM some").all()).toHaveLength(1);
  });

  it("[RN-30] lie the same within their pages, in whatever order they came", () => {
    const some = Array.from({ length: CAPACITY }, draw);
    for (const one of some) leaves.put([one]);
    const before = db.prepare("SELECT * FROM some").all();
    db.exec("DROP TABLE some");
    db.exec(layoutOfLeaves(SHAPE.table));
    leaves = openLeaves(db, SHAPE);
    for (const one of some.toReversed()) leaves.put([one]);
    expect(db.prepare("SELECT * FROM some").all()).toEqual(before);
  });

  it("[RN-30] change a record where it lies", () => {
    const some = sorted(Array.from({ length: 300 }, draw));
    leaves.put(some);
    const one = some[150] ?? new Uint8Array();
    expect(leaves.edit(keyOf(one), (record) => record.fill(9, 16))).toBe(true);
    expect(leaves.get(keyOf(one))?.subarray(16)).toEqual(Buffer.alloc(24, 9));
    expect(leaves.edit(new Uint8Array(16), () => undefined)).toBe(false);
    expect(all()).toHaveLength(300);
  });

  it("[RN-30] keep what begins alike, however much it is", () => {
    const alike = sorted(
      Array.from({ length: 3 * CAPACITY }, () => {
        const record = random.bytes(SHAPE.width);
        record.set([1, 2, 3, 4, 5, 6], 0);
        return record;
      }),
    );
    for (const one of random.shuffle([...alike])) leaves.put([one]);
    leaves.put([draw()]);
    for (const one of alike) {
      expect(leaves.get(keyOf(one))).toEqual(Buffer.from(one));
    }
    for (const one of alike) expect(leaves.remove(keyOf(one))).toBe(true);
    expect(all()).toHaveLength(1);
  });
});
