// Where bodies lie (docs/spec/relay-node.md, RN-22). A shelf is a dense row of places of one size. A new body takes a
// place drawn among all, and the body that lay there moves to the end; where one is taken away, the last moves into its
// place. So every arrangement is as likely as every other, whatever came in which order, and how the file grew tells
// nothing about what lies in it.
//
// Where each body lies is told in leaves. Bodies that come in numbers are carried together (`addStaged`): it is drawn for one
// after the other where it goes and what moves, and what comes of it is written once.

import { randomInt } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { assertInvariant, equalBytes } from "@halqa/bytes";
import { ENTRIES, SHELF_SIZES, STAGING_TABLES, type Kind } from "./layout.ts";
import { openRecords, type Numbered } from "./record.ts";

/** Whose body it is, and which: `item` is its hash, or the first 8 octets of it. */
export interface Owner extends Numbered {
  readonly item: Uint8Array;
}

/** A body that lies in a table of `STAGING_TABLES` in the row `n` as it lies on its shelf, and the record of its entry. */
export interface StagedBody {
  readonly table: number;
  readonly n: number;
  readonly record: Uint8Array;
  /** Of its shelf. */
  readonly room: number;
}

export interface Shelves {
  /** Puts a body at a drawn place. */
  add(owner: Owner, body: Uint8Array): void;
  /** The same for what lies in staging, where it stays. */
  addStaged(bodies: readonly StagedBody[]): void;
  read(owner: Owner): Uint8Array;
  /** Whether there is a body of this owner. */
  has(owner: Owner): boolean;
  /** Takes a body away. */
  remove(owner: Owner): void;
  /** The numbers under which this log, inbox or blob may hold this item: its beginning is the same. */
  numbersOf(id: Uint8Array, item: Uint8Array): readonly number[];
  /** The transaction was taken back, or somebody else has written: how full the shelves are is read again. */
  takeBack(): void;
}

/**
 * Sizes are counted from here, so that all of them take the same number of bytes in the file: a row that is written over
 * one of the same length stays where it is, whatever is in it.
 */
export const SIZE_ZERO = 2 ** 32;
/** The places of each shelf begin at a multiple of this, so that a place says on which shelf it is. */
export const PLACES = 2 ** 40;

const ITEM_BYTES = 8;
const PLACE_BYTES = 6;

type Shelf = ReturnType<typeof prepareShelf>;

interface Hall {
  readonly shelves: readonly Shelf[];
  readonly places: ReturnType<typeof openPlaces>;
  /** For each size, for each table of staging. */
  readonly carrying: readonly (readonly Carrying[])[];
}

export function prepareShelves(db: DatabaseSync, kind: Kind): Shelves {
  const places = openPlaces(db, kind);
  const shelves = SHELF_SIZES.map((_, i) => prepareShelf(db, kind, i));
  const carrying = shelves.map(({ table }) =>
    STAGING_TABLES.map((staging) => prepareCarrying(db, table, staging)),
  );
  const hall: Hall = { shelves, places, carrying };
  return {
    add: (owner, body) => {
      const key = itemKey(owner);
      const { place, moved } = put(hall, { id: owner.id, key }, body);
      places.write({ key, place });
      if (moved) places.write(moved);
    },
    addStaged: (bodies) => {
      const placed = shelves.flatMap((shelf, i) =>
        carry(
          shelf,
          carrying[i] ?? [],
          bodies.filter(({ room }) => room === shelf.size),
        ),
      );
      places.writeAll(placed);
    },
    read: (owner) => read(hall, owner),
    has: (owner) => places.find(itemKey(owner)) !== undefined,
    remove: (owner) => remove(hall, owner),
    numbersOf: places.numbersOf,
    takeBack: () => {
      places.forgetAll();
      for (const shelf of shelves) shelf.count = countOf(shelf);
    },
  };
}

/** The body with zeros up to the size of its shelf. */
export function fillUp(body: Uint8Array): Uint8Array {
  const size = SHELF_SIZES.find((one) => body.length <= one);
  assertInvariant(size !== undefined, "no body is larger than a shelf");
  if (size === body.length) return body;
  const filled = new Uint8Array(size);
  filled.set(body);
  return filled;
}

function itemKey({ id, number, item }: Owner): Uint8Array {
  const key = Buffer.allocUnsafe(2 * ITEM_BYTES + 4);
  key.set(item.subarray(0, ITEM_BYTES));
  key.set(id.subarray(0, ITEM_BYTES), ITEM_BYTES);
  key.writeUInt32BE(number, 2 * ITEM_BYTES);
  return key;
}

interface Placed {
  readonly key: Uint8Array;
  readonly place: number;
}

/** Leaves of places in memory: every append asks one of chance whether its entry came before. */
const LEAVES_KEPT = 4_096;

/** Where the body of each item lies. */
function openPlaces(db: DatabaseSync, { places: shape }: Kind) {
  const records = openRecords(db, shape, LEAVES_KEPT);
  const { leaves } = records;
  return {
    forgetAll: (): void => leaves.forgetAll(),
    find: (key: Uint8Array): number | undefined => records.get(key)?.place,
    write: (placed: Placed): void => leaves.put([encodePlace(placed)]),
    writeAll: (all: readonly Placed[]): void => {
      leaves.put(inOrder(all.map(encodePlace)));
    },
    forget: (key: Uint8Array): void => {
      leaves.remove(key);
    },
    numbersOf: (id: Uint8Array, item: Uint8Array): readonly number[] => {
      const prefix = itemKey({ id, item, number: 0 }).subarray(
        0,
        2 * ITEM_BYTES,
      );
      // What begins alike lies in one leaf.
      if (leaves.get(prefix) === undefined) return NONE;
      const numbers: number[] = [];
      for (const record of leaves.from(prefix)) {
        const bytes = Buffer.from(record.buffer, record.byteOffset);
        if (bytes.compare(prefix, 0, prefix.length, 0, prefix.length) !== 0) {
          break;
        }
        numbers.push(bytes.readUInt32BE(2 * ITEM_BYTES));
      }
      return numbers;
    },
  };
}

const NONE: readonly number[] = [];

/** What `encodeRecord` makes of it, with less work: there are two for each entry. */
function encodePlace({ key, place }: Placed): Buffer {
  const record = Buffer.allocUnsafe(key.length + PLACE_BYTES);
  record.set(key);
  record.writeUIntBE(place, key.length, PLACE_BYTES);
  return record;
}

/** The beginnings are hashes: four octets tell nearly all apart. */
function inOrder(records: readonly Buffer[]): readonly Buffer[] {
  return records
    .map((record) => ({ record, rank: record.readUInt32BE(0) }))
    .toSorted((a, b) => a.rank - b.rank || a.record.compare(b.record))
    .map(({ record }) => record);
}

function prepareShelf(db: DatabaseSync, kind: Kind, index: number) {
  const size = SHELF_SIZES[index] ?? 0;
  const table = `${kind.shelves}_${size}`;
  const columns = "id, item, size, body";
  const shelf = {
    size,
    table,
    first: (index + 1) * PLACES,
    count: 0,
    last: db.prepare(`SELECT max(place) AS place FROM ${table}`),
    insert: db.prepare(
      `INSERT INTO ${table} (${columns}, place) VALUES (?, ?, ?, ?, ?)`,
    ),
    overwrite: db.prepare(
      `UPDATE ${table} SET id = ?, item = ?, size = ?, body = ? WHERE place = ?`,
    ),
    read: arrays(db, `SELECT ${columns} FROM ${table} WHERE place = ?`),
    readItem: arrays(db, `SELECT item FROM ${table} WHERE place = ?`),
    // Not with a SELECT of the whole row: what is read from the table that is written to is first copied to another one.
    copyTo: db.prepare(
      `INSERT INTO ${table} (place, ${columns}) VALUES (?1, ${["id", "item", "size", "body"].map((column) => `(SELECT ${column} FROM ${table} WHERE place = ?2)`).join(", ")})`,
    ),
    copyOver: db.prepare(
      `UPDATE ${table} SET (${columns}) = (SELECT ${columns} FROM ${table} WHERE place = ?) WHERE place = ?`,
    ),
    remove: db.prepare(`DELETE FROM ${table} WHERE place = ?`),
  };
  shelf.count = countOf(shelf);
  return shelf;
}

function arrays(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

function countOf({ last, first }: Pick<Shelf, "last" | "first">): number {
  const place = last.get()?.["place"];
  return typeof place === "number" ? place - first + 1 : 0;
}

function shelfAt({ shelves }: Hall, place: number): Shelf {
  const shelf = shelves[Math.floor(place / PLACES) - 1];
  assertInvariant(shelf !== undefined, "a place is on a shelf");
  return shelf;
}

/** A place among all that there are and one more gets the body; one that lay there has moved to the end. */
function put(
  { shelves }: Hall,
  { id, key }: { readonly id: Uint8Array; readonly key: Uint8Array },
  body: Uint8Array,
): { readonly place: number; readonly moved: Placed | undefined } {
  const shelf = shelves.find(({ size }) => body.length <= size);
  assertInvariant(shelf !== undefined, "no body is larger than a shelf");
  const end = shelf.first + shelf.count;
  const place = drawPlace(shelf);
  const isNew = place === end;
  if (!isNew) shelf.copyTo.run(end, place);
  const moved = isNew ? undefined : { key: itemAt(shelf, place), place: end };
  const write = isNew ? shelf.insert : shelf.overwrite;
  write.run(id, key, SIZE_ZERO + body.length, fillUp(body), place);
  return { place, moved };
}

/** One of all that there are and one more, which there is from now on. */
function drawPlace(shelf: Pick<Shelf, "first" | "count">): number {
  const place = shelf.first + randomInt(shelf.count + 1);
  shelf.count += 1;
  return place;
}

function itemAt(shelf: Shelf, place: number): Uint8Array {
  const item = itemIn(shelf.readItem.get(place));
  assertInvariant(item !== undefined, "a body lies at its place");
  return item;
}

/** Statements that return arrays are typed as those that return objects. */
function itemIn(row: unknown): Uint8Array | undefined {
  const item: unknown = Array.isArray(row) ? row[0] : undefined;
  return item instanceof Uint8Array ? item : undefined;
}

type Carrying = ReturnType<typeof prepareCarrying>;

function prepareCarrying(db: DatabaseSync, table: string, staging: string) {
  const columns = "id, item, size, body";
  const row = `SELECT id, ?, size, body FROM ${staging} WHERE n = ?`;
  return {
    insert: db.prepare(
      `INSERT INTO ${table} (place, ${columns}) SELECT ?, * FROM (${row})`,
    ),
    overwrite: db.prepare(
      `UPDATE ${table} SET (${columns}) = (${row}) WHERE place = ?`,
    ),
  };
}

/** What `put` would do for one after the other, but each place is written once, and the new ones in their order. */
function carry(
  shelf: Shelf,
  carrying: readonly Carrying[],
  bodies: readonly StagedBody[],
): readonly Placed[] {
  const start = shelf.first + shelf.count;
  const { ends, over } = drawAll(shelf, bodies);
  const placed: Placed[] = [];
  const from = ({ table }: StagedBody): Carrying => {
    const one = carrying[table];
    assertInvariant(one !== undefined, "it lies in a table of staging");
    return one;
  };
  for (const [i, what] of ends.entries()) {
    const place = start + i;
    if (typeof what !== "number") {
      const key = itemOf(what);
      from(what).insert.run(place, key, what.n);
      placed.push({ key, place });
      continue;
    }
    // What lay there goes to the end, and what has come is put over it.
    shelf.copyTo.run(place, what);
    placed.push({ key: itemAt(shelf, what), place });
    const staged = over.get(what);
    assertInvariant(staged !== undefined, "something moved it");
    const key = itemOf(staged);
    from(staged).overwrite.run(key, staged.n, what);
    placed.push({ key, place: what });
  }
  return placed;
}

/** What `itemKey` makes of the fields of its record. */
function itemOf({ record }: StagedBody): Uint8Array {
  const key = Buffer.allocUnsafe(2 * ITEM_BYTES + 4);
  key.set(record.subarray(ENTRY_ID_AT, ENTRY_ID_AT + ITEM_BYTES));
  // The id and the number as `numberedKey` writes them.
  key.set(record.subarray(0, 4), ITEM_BYTES);
  key.set(record.subarray(6, 10), ITEM_BYTES + 4);
  key.set(record.subarray(34, 38), 2 * ITEM_BYTES);
  return key;
}

const ENTRY_ID_AT = ENTRIES.places.get("entryId")?.at ?? 0;

/** What lies at the new places in the end, of what came or from an old place, and what lies at the old places that moved. */
function drawAll(
  shelf: Shelf,
  bodies: readonly StagedBody[],
): {
  readonly ends: readonly (StagedBody | number)[];
  readonly over: ReadonlyMap<number, StagedBody>;
} {
  const start = shelf.first + shelf.count;
  const ends: (StagedBody | number)[] = [];
  const over = new Map<number, StagedBody>();
  for (const body of bodies) {
    const place = drawPlace(shelf);
    if (place < start) {
      ends.push(over.get(place) ?? place);
      over.set(place, body);
      continue;
    }
    const there = ends[place - start];
    if (there !== undefined) ends[place - start] = body;
    ends.push(there ?? body);
  }
  return { ends, over };
}

function rowAt(
  shelf: Shelf,
  place: number,
): readonly [Uint8Array, Uint8Array, number, Uint8Array] {
  const row: unknown = shelf.read.get(place);
  const [id, item, size, body]: readonly unknown[] = Array.isArray(row)
    ? row
    : [];
  assertInvariant(
    id instanceof Uint8Array &&
      item instanceof Uint8Array &&
      typeof size === "number" &&
      body instanceof Uint8Array,
    "a body lies at its place",
  );
  return [id, item, size, body];
}

function read(hall: Hall, owner: Owner): Uint8Array {
  const key = itemKey(owner);
  const place = hall.places.find(key);
  assertInvariant(place !== undefined, "a body has a place");
  const [id, item, size, body] = rowAt(shelfAt(hall, place), place);
  assertInvariant(
    equalBytes(item, key) && equalBytes(id, owner.id),
    "a body lies at its place",
  );
  return body.subarray(0, size - SIZE_ZERO);
}

function remove(hall: Hall, owner: Owner): void {
  const { places } = hall;
  const key = itemKey(owner);
  const place = places.find(key);
  assertInvariant(place !== undefined, "a body is taken away once");
  const shelf = shelfAt(hall, place);
  shelf.count -= 1;
  const last = shelf.first + shelf.count;
  if (place !== last) {
    const moved = itemAt(shelf, last);
    shelf.copyOver.run(last, place);
    places.write({ key: moved, place });
  }
  shelf.remove.run(last);
  places.forget(key);
}
