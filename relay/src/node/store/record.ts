// How the records of leaves are written: fields of fixed lengths, one behind the other, the first of them the key.

import { assertInvariant, equalBytes } from "@halqa/bytes";
import {
  openLeaves,
  recordsIn,
  type LeafShape,
  type Leaves,
} from "./leaves.ts";
import type { DatabaseSync } from "node:sqlite";

/** What an entry, a message or a part is known by: the log, inbox or blob, and its sequence or index in it. */
export interface Numbered {
  readonly id: Uint8Array;
  readonly number: number;
}

/** An id or key or hash of 32 octets, a `Numbered`, an `ItemKey` of shelves, or a number of so many octets. */
type FieldKind = "id" | "numbered" | "item" | "u8" | "u32" | "u48";

type Value<K extends FieldKind> = K extends "id" | "item"
  ? Uint8Array
  : K extends "numbered"
    ? Numbered
    : number;

type Fields = Readonly<Record<string, FieldKind>>;

export type RecordOf<S> =
  S extends RecordShape<infer F>
    ? { readonly [K in keyof F]: Value<F[K]> }
    : never;

export interface RecordShape<F extends Fields = Fields> extends LeafShape {
  readonly fields: F;
  /** Each field with where it begins. */
  readonly places: ReadonlyMap<
    string,
    { readonly kind: FieldKind; readonly at: number }
  >;
}

const LENGTHS: Readonly<Record<FieldKind, number>> = {
  id: 32,
  numbered: 38,
  item: 20,
  u8: 1,
  u32: 4,
  u48: 6,
};

/** A table of leaves; its key is the first field. */
export function shapeOf<const F extends Fields>(
  table: string,
  fields: F,
): RecordShape<F> {
  let width = 0;
  let keyBytes = 0;
  const places = new Map<string, { kind: FieldKind; at: number }>();
  for (const [name, kind] of Object.entries(fields)) {
    places.set(name, { kind, at: width });
    width += LENGTHS[kind];
    if (keyBytes === 0) keyBytes = width;
  }
  return { table, fields, width, keyBytes, places };
}

/** Records of one shape, by their fields. */
export interface Records<R> {
  readonly leaves: Leaves;
  get(key: Uint8Array): R | undefined;
  /** From this key on, in order. */
  from(key: Uint8Array): Iterable<R>;
  /** What is numbered in this log, inbox or blob, from this number on, in order. */
  numbered(first: Numbered): Iterable<R>;
  put(record: R): void;
  /** Changes some fields; false where there is no such record. */
  edit(key: Uint8Array, change: (record: R) => Partial<R>): boolean;
  remove(key: Uint8Array): boolean;
  encode(record: R): Uint8Array;
}

export function openRecords<S extends RecordShape>(
  db: DatabaseSync,
  shape: S,
  leavesKept = 0,
): Records<RecordOf<S>> {
  type R = RecordOf<S>;
  const leaves = openLeaves(db, shape, leavesKept);
  const decode = (bytes: Uint8Array): R => decodeRecord(shape, bytes);
  return {
    leaves,
    get: (key) => {
      const bytes = leaves.get(key);
      return bytes && decode(bytes);
    },
    from: function* (key) {
      for (const bytes of leaves.from(key)) yield decode(bytes);
    },
    numbered: function* (first) {
      for (const bytes of numberedIn(leaves, first)) yield decode(bytes);
    },
    put: (record) => leaves.put([encodeRecord(shape, record)]),
    edit: (key, change) =>
      leaves.edit(key, (bytes) => {
        for (const [name, value] of Object.entries(change(decode(bytes)))) {
          writeField(shape, bytes, { name, value });
        }
      }),
    remove: (key) => leaves.remove(key),
    encode: (record) => encodeRecord(shape, record),
  };
}

/** The rows that one leaf stands for, as a thief of the disk reads them. */
export function rowsInLeaf(
  shape: RecordShape,
  leaf: Uint8Array,
): readonly Readonly<Record<string, unknown>>[] {
  return recordsIn(leaf, shape.width).map((bytes) =>
    decodeRecord(shape, bytes),
  );
}

export function encodeRecord<S extends RecordShape>(
  shape: S,
  record: RecordOf<S>,
): Uint8Array {
  const bytes = Buffer.allocUnsafe(shape.width);
  const values: Readonly<Record<string, unknown>> = record;
  for (const name of shape.places.keys()) {
    writeField(shape, bytes, { name, value: values[name] });
  }
  return bytes;
}

export function decodeRecord<S extends RecordShape>(
  { places }: S,
  bytes: Uint8Array,
): RecordOf<S> {
  const { buffer, byteOffset, length } = bytes;
  const from = Buffer.from(buffer, byteOffset, length);
  const record: Record<string, unknown> = {};
  for (const [name, { kind, at }] of places) {
    record[name] = readField(from, kind, at);
  }
  // Field by field what the shape says.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return record as RecordOf<S>;
}

function readField(from: Buffer, kind: FieldKind, at: number): unknown {
  const length = LENGTHS[kind];
  switch (kind) {
    case "id":
    case "item":
      return new Uint8Array(from.subarray(at, at + length));
    case "numbered":
      return readNumbered(from.subarray(at, at + length));
    case "u8":
    case "u32":
    case "u48":
      return from.readUIntBE(at, length);
  }
}

function writeField(
  { places, table }: RecordShape,
  to: Buffer,
  { name, value }: { readonly name: string; readonly value: unknown },
): void {
  const place = places.get(name);
  assertInvariant(place !== undefined, `${table} has no ${name}`);
  const { kind, at } = place;
  const length = LENGTHS[kind];
  if (typeof value === "number") to.writeUIntBE(value, at, length);
  else {
    const bytes = value instanceof Uint8Array ? value : keyOfNumbered(value);
    assertInvariant(bytes.length === length, `${name} has ${length} octets`);
    to.set(bytes, at);
  }
}

const MOST = 0xffff;

/**
 * The key of an entry, a message or a part: some of the id, the number as far as two octets go, the rest of the id, the
 * number. So what is of one log lies together, and one log's entries are parted into leaves.
 */
export function numberedKey({ id, number }: Numbered): Uint8Array {
  const key = Buffer.allocUnsafe(LENGTHS.numbered);
  writeNumbered(key, id, number);
  return key;
}

/** Writes it at the beginning. */
export function writeNumbered(
  to: Buffer,
  id: Uint8Array,
  number: number,
): void {
  to.set(id, 2);
  to.copyWithin(0, 2, 6);
  to.writeUInt16BE(Math.min(number, MOST), 4);
  to.writeUInt32BE(number, 34);
}

/** Between them lie those of others whose ids begin alike. */
function* numberedIn(leaves: Leaves, first: Numbered): Iterable<Uint8Array> {
  const key = numberedKey(first);
  for (const bytes of leaves.from(key)) {
    if (!isAlike(bytes, key, [0, 4])) return;
    if (isAlike(bytes, key, [6, 34])) yield bytes;
  }
}

function isAlike(
  a: Uint8Array,
  b: Uint8Array,
  range: readonly [number, number],
): boolean {
  return equalBytes(a.subarray(...range), b.subarray(...range));
}

function keyOfNumbered(value: unknown): Uint8Array {
  // What is neither a number nor octets in a record is a `Numbered`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return numberedKey(value as Numbered);
}

function readNumbered(key: Buffer): Numbered {
  const id = new Uint8Array(32);
  id.set(key.subarray(0, 4));
  id.set(key.subarray(6, 34), 4);
  return { id, number: key.readUInt32BE(34) };
}
