// Where bodies lie (docs/spec/relay-node.md, RN-22). A shelf is a dense row of places of one size. A new body takes a
// place drawn among all, and the body that lay there moves to the end; where one is taken away, the last moves into its
// place. So every arrangement is as likely as every other, whatever came in which order, and how the file grew tells
// nothing about what lies in it.

import { randomInt } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { assertInvariant } from "@halqa/bytes";
import { SHELF_SIZES, type Kind } from "./layout.ts";
import { bytesIn, type Row } from "./row.ts";

/** Whose body it is: an id of 32 bytes and a sequence or index. */
export interface Owner {
  readonly id: Uint8Array;
  readonly number: number;
}

export interface Shelves {
  /** Puts a body at a drawn place; the caller writes the owner's row with that place. */
  add(owner: Owner, body: Uint8Array): number;
  /** The same for the body of a row of `staging`, filled up as `fillUp` does. */
  addStaged(
    owner: Owner,
    staged: { readonly n: number; readonly size: number },
  ): number;
  read(size: number, place: number): Uint8Array;
  /** Takes a body away; the caller has deleted the owner's row. */
  remove(size: number, place: number): void;
  /** After a transaction was taken back: how full the shelves are is read again. */
  refresh(): void;
}

/**
 * Places and numbers begin here, so that all of them take the same number of bytes in the file: a row that is written over
 * one of the same length stays where it is, whatever its number.
 */
export const FIRST_PLACE = 2 ** 32;

type Shelf = ReturnType<typeof prepareShelf>;

export function prepareShelves(db: DatabaseSync, kind: Kind): Shelves {
  const shelves = SHELF_SIZES.map((size) => prepareShelf(db, kind, size));
  const shelfFor = (size: number): Shelf => {
    const shelf = shelves.find((one) => size <= one.size);
    assertInvariant(shelf !== undefined, "no body is larger than a shelf");
    return shelf;
  };
  return {
    add: (owner, body) => {
      const shelf = shelfFor(body.length);
      const { place, isNew } = draw(shelf);
      const write = isNew ? shelf.insert : shelf.overwrite;
      write.run(owner.id, FIRST_PLACE + owner.number, fillUp(body), place);
      return place;
    },
    addStaged: (owner, { n, size }) => {
      const shelf = shelfFor(size);
      const { place, isNew } = draw(shelf);
      const write = isNew ? shelf.insertStaged : shelf.overwriteStaged;
      write.run(owner.id, FIRST_PLACE + owner.number, n, place);
      return place;
    },
    read: (size, place) => {
      const row = shelfFor(size).read.get(place);
      assertInvariant(row !== undefined, "a body lies at its place");
      return bytesIn(row, "body").subarray(0, size);
    },
    remove: (size, place) => remove(shelfFor(size), place),
    refresh: () => {
      for (const shelf of shelves) shelf.count = countOf(shelf.last.get());
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

function prepareShelf(db: DatabaseSync, kind: Kind, size: number) {
  const table = `${kind.shelves}_${size}`;
  const last = db.prepare(`SELECT max(place) AS place FROM ${table}`);
  const staged = "(SELECT body FROM staging WHERE n = ?)";
  return {
    size,
    last,
    count: countOf(last.get()),
    insert: db.prepare(
      `INSERT INTO ${table} (id, number, body, place) VALUES (?, ?, ?, ?)`,
    ),
    insertStaged: db.prepare(
      `INSERT INTO ${table} (id, number, body, place) VALUES (?, ?, ${staged}, ?)`,
    ),
    overwrite: db.prepare(
      `UPDATE ${table} SET id = ?, number = ?, body = ? WHERE place = ?`,
    ),
    overwriteStaged: db.prepare(
      `UPDATE ${table} SET id = ?, number = ?, body = ${staged} WHERE place = ?`,
    ),
    read: db.prepare(`SELECT body FROM ${table} WHERE place = ?`),
    copyTo: db.prepare(
      `INSERT INTO ${table} (place, id, number, body) SELECT ?, id, number, body FROM ${table} WHERE place = ?`,
    ),
    copyOver: db.prepare(
      `UPDATE ${table} SET (id, number, body) = (SELECT id, number, body FROM ${table} WHERE place = ?) WHERE place = ?`,
    ),
    remove: db.prepare(`DELETE FROM ${table} WHERE place = ?`),
    // The owner of the body at a place is told that place.
    tellOwner: db.prepare(
      `UPDATE ${kind.table} SET place = ?1
       WHERE ${kind.id} = (SELECT id FROM ${table} WHERE place = ?1)
         AND ${kind.number} = (SELECT number - ${FIRST_PLACE} FROM ${table} WHERE place = ?1)`,
    ),
  };
}

/** A place among all that there are and one more. A body that lay there has moved to the end. */
function draw(shelf: Shelf): {
  readonly place: number;
  readonly isNew: boolean;
} {
  const end = FIRST_PLACE + shelf.count;
  const place = FIRST_PLACE + randomInt(shelf.count + 1);
  shelf.count += 1;
  if (place === end) return { place, isNew: true };
  shelf.copyTo.run(end, place);
  shelf.tellOwner.run(end);
  return { place, isNew: false };
}

function remove(shelf: Shelf, place: number): void {
  shelf.count -= 1;
  const last = FIRST_PLACE + shelf.count;
  if (place !== last) {
    shelf.copyOver.run(last, place);
    shelf.tellOwner.run(place);
  }
  shelf.remove.run(last);
}

function countOf(last: Row | undefined): number {
  const place = last?.["place"];
  return typeof place === "number" ? place - FIRST_PLACE + 1 : 0;
}
