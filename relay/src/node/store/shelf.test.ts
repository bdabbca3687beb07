import { DatabaseSync } from "node:sqlite";
import { createSeededRandom } from "@halqa/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { id } from "../../testing/log-store-contract.ts";
import { LAYOUT, PARTS, SHELF_SIZES } from "./layout.ts";
import { fillUp, FIRST_PLACE, prepareShelves, type Shelves } from "./shelf.ts";

let db: DatabaseSync;
let shelves: Shelves;

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(LAYOUT);
  shelves = prepareShelves(db, PARTS);
});

afterEach(() => db.close());

function put(number: number, body: Uint8Array): void {
  const place = shelves.add({ id: id(1), number }, body);
  db.prepare("INSERT INTO parts VALUES (?, ?, ?, ?)").run(
    id(1),
    number,
    body.length,
    place,
  );
}

function take(number: number): void {
  const row = db
    .prepare("DELETE FROM parts WHERE part = ? RETURNING size, place")
    .get(number);
  shelves.remove(Number(row?.["size"]), Number(row?.["place"]));
}

function bodyOf(number: number): Uint8Array {
  const row = db
    .prepare("SELECT size, place FROM parts WHERE part = ?")
    .get(number);
  return shelves.read(Number(row?.["size"]), Number(row?.["place"]));
}

/** Whose bodies lie on a shelf, from its first place on. */
function numbersOn(size: number): readonly number[] {
  const rows = db
    .prepare(`SELECT place, number FROM part_bodies_${size} ORDER BY place`)
    .all();
  expect(rows.map(({ place }) => Number(place) - FIRST_PLACE)).toEqual(
    rows.map((_, i) => i),
  );
  return rows.map(({ number }) => Number(number) - FIRST_PLACE);
}

describe("shelves", () => {
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
    const rounds = 2_400;
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
    const expected = rounds / 24;
    const chiSquare = [...counts.values()]
      .map((count) => (count - expected) ** 2 / expected)
      .reduce((sum, part) => sum + part, 0);
    // 23 degrees of freedom: chance alone is above this once in a hundred thousand runs.
    expect(chiSquare).toBeLessThan(66);
  });

  it("[RN-22] know how full they are after a transaction was taken back", () => {
    put(1, id(1));
    db.exec("BEGIN");
    put(2, id(2));
    put(3, id(3));
    db.exec("ROLLBACK");
    shelves.refresh();
    put(4, id(4));
    expect(numbersOn(1_024).toSorted((a, b) => a - b)).toEqual([1, 4]);
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
