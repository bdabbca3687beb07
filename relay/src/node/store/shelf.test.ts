import { DatabaseSync } from "node:sqlite";
import { createSeededRandom } from "@halqa/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { id } from "../../testing/log-store-contract.ts";
import {
  ENTRIES,
  ENTRY_BODIES,
  LAYOUT,
  PART_BODIES,
  SHELF_SIZES,
  STAGING_TABLES,
} from "./layout.ts";
import { encodeRecord } from "./record.ts";
import {
  fillUp,
  PLACES,
  prepareShelves,
  SIZE_ZERO,
  type Owner,
  type Shelves,
  type StagedBody,
} from "./shelf.ts";

let db: DatabaseSync;
let shelves: Shelves;

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(LAYOUT);
  shelves = prepareShelves(db, PART_BODIES);
});

afterEach(() => db.close());

function ownerOf(number: number): Owner {
  return { id: id(1), number, item: id(number) };
}

function put(number: number, body: Uint8Array): void {
  shelves.add(ownerOf(number), body);
}

function take(number: number): void {
  shelves.remove(ownerOf(number));
}

function bodyOf(number: number): Uint8Array {
  return shelves.read(ownerOf(number));
}

/** Whose bodies lie on a shelf, from its first place on. */
function numbersOn(
  size: number,
  table = PART_BODIES.shelves,
): readonly number[] {
  const first = (SHELF_SIZES.findIndex((one) => one === size) + 1) * PLACES;
  const rows = db
    .prepare(`SELECT place, item FROM ${table}_${size} ORDER BY place`)
    .all();
  expect(rows.map(({ place }) => Number(place) - first)).toEqual(
    rows.map((_, i) => i),
  );
  return rows.map(({ item }) =>
    item instanceof Uint8Array ? Buffer.from(item).readUInt32BE(16) : 0,
  );
}

/** Puts bodies in staging, alternately in one table and the other, on the shelf of 1,024 octets or a larger one. */
function stage(numbers: readonly number[], more = 0): readonly StagedBody[] {
  for (const table of STAGING_TABLES) db.exec(`DELETE FROM ${table}`);
  return numbers.map((number, n) => {
    const { item: entryId, ...entry } = ownerOf(number);
    const table = n % 2;
    const room = SHELF_SIZES[more === 0 ? 0 : 1];
    const body = new Uint8Array(room);
    body.set(id(number));
    const record = encodeRecord(ENTRIES, {
      entry,
      entryId,
      head: id(0),
      day: 1,
    });
    const size = SIZE_ZERO + id(number).length;
    db.prepare(`INSERT INTO staging_${table} VALUES (?, ?, ?, ?, ?)`).run(
      n,
      entry.id,
      record,
      size,
      body,
    );
    return { table, n, record, room };
  });
}

function chiSquareOf(counts: readonly number[], expected: number): number {
  return counts
    .map((count) => (count - expected) ** 2 / expected)
    .reduce((sum, part) => sum + part, 0);
}

describe("shelves", { timeout: 60_000 }, () => {
  it("[RN-22] give back every body, whatever comes and goes", () => {
    const random = createSeededRandom("shelves");
    const kept = new Map<number, Uint8Array>();
    for (let number = 0; number < 300; number++) {
      const body = random.bytes(random.pick([40, 1_024, 1_025, 3_840]));
      put(number, body);
      kept.set(number, body);
      if (!random.bool(0.4)) continue;
      const gone = random.pick([...kept.keys()]);
      take(gone);
      kept.delete(gone);
    }
    for (const [number, body] of kept) expect(bodyOf(number)).toEqual(body);
    const on = SHELF_SIZES.flatMap((size) => numbersOn(size));
    expect(on.toSorted((a, b) => a - b)).toEqual([...kept.keys()]);
  });

  it("[RN-22] make every arrangement as likely as every other", () => {
    // Four came, the second went, a fifth came: twenty-four arrangements of the four that are left.
    const rounds = 1_200;
    const counts = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      for (const number of [1, 2, 3, 4]) put(number, id(number));
      take(2);
      put(5, id(5));
      const arrangement = numbersOn(1_024).join();
      counts.set(arrangement, (counts.get(arrangement) ?? 0) + 1);
      for (const number of [1, 3, 4, 5]) take(number);
    }
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: chance alone is above this once in a hundred thousand runs.
    expect(chiSquareOf([...counts.values()], rounds / 24)).toBeLessThan(66);
  });

  it("[RN-22] make every arrangement of what comes together as likely as every other", () => {
    const entries = prepareShelves(db, ENTRY_BODIES);
    const rounds = 1_200;
    const counts = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      entries.addStaged(stage([1, 2]));
      entries.addStaged(stage([3, 4]));
      const arrangement = numbersOn(1_024, ENTRY_BODIES.shelves).join();
      counts.set(arrangement, (counts.get(arrangement) ?? 0) + 1);
      for (const number of [1, 2, 3, 4]) {
        expect(entries.read(ownerOf(number))).toEqual(id(number));
        entries.remove(ownerOf(number));
      }
    }
    expect(counts.size).toBe(24);
    expect(chiSquareOf([...counts.values()], rounds / 24)).toBeLessThan(66);
  });

  it("[RN-22] hold every body that came together with others, of all sizes", () => {
    const entries = prepareShelves(db, ENTRY_BODIES);
    const all = Array.from({ length: 300 }, (_, i) => i + 1);
    for (let from = 0; from < all.length; from += 60) {
      entries.addStaged(stage(all.slice(from, from + 60), from % 120));
    }
    for (const number of all) {
      expect(entries.read(ownerOf(number))).toEqual(id(number));
    }
  });

  it("[RN-22] know how full they are after a transaction was taken back", () => {
    put(1, id(1));
    db.exec("BEGIN");
    put(2, id(2));
    put(3, id(3));
    db.exec("ROLLBACK");
    shelves.takeBack();
    put(4, id(4));
    expect(numbersOn(1_024).toSorted((a, b) => a - b)).toEqual([1, 4]);
    expect(shelves.has(ownerOf(4))).toBe(true);
    expect(shelves.has(ownerOf(2))).toBe(false);
  });

  it("[RN-22] fill a body up to the size of its shelf, and take none that is larger", () => {
    expect(
      SHELF_SIZES.map((size) => fillUp(new Uint8Array(size)).length),
    ).toEqual([...SHELF_SIZES]);
    expect(fillUp(Uint8Array.of(7))).toEqual(
      Uint8Array.of(7, ...new Uint8Array(1_023)),
    );
    expect(() => fillUp(new Uint8Array(65_281))).toThrow("larger than a shelf");
  });
});
