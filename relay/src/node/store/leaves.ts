// Where what is small lies (docs/spec/relay-node.md, RN-30): records of one length, in rows that are called leaves. A leaf
// fills a page of the file, its records lie in the order of their keys, and what is left over is zeros; so where a record
// lies in its page tells nothing about when it came, which the rows of a database do: they are put below one another as
// they come. A leaf that is full is parted, at a border that is the same for whatever it holds.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { assertInvariant } from "@halqa/bytes";
import { keepLeaves, type KeptLeaves } from "./kept-leaves.ts";

/** What a leaf takes: with what SQLite writes beside it, no two fit in one page of 4,096 octets. */
export const LEAF_BYTES = 4_032;
const COUNT_BYTES = 2;
/** The first six octets of a key name its leaf: as many as a number holds exactly. */
const TOP = 2 ** 47;

export interface Leaves {
  /** A copy of the record of this key. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** Copies of the records from this key on, in order; keys may be shorter than those of the records. */
  from(key: Uint8Array): Iterable<Uint8Array>;
  /** Writes these records of different keys, in the order of the keys; each takes the place of one of its key. */
  put(records: readonly Uint8Array[]): void;
  /** Changes the record of this key, but not its key; false where there is none. */
  edit(key: Uint8Array, change: (record: Buffer) => void): boolean;
  /** False where there is none. */
  remove(key: Uint8Array): boolean;
  /** Nothing of what is kept in memory is true any more: a transaction was taken back, or somebody else has written. */
  forgetAll(): void;
}

export interface LeafShape {
  readonly table: string;
  /** Octets of a record, and of the key at its beginning. */
  readonly width: number;
  readonly keyBytes: number;
}

/** The statements that make an empty table of leaves. */
export function layoutOfLeaves(table: string): string {
  return `
  CREATE TABLE ${table} (
    leaf INTEGER PRIMARY KEY,
    records BLOB NOT NULL
  ) STRICT;
  INSERT INTO ${table} VALUES (0, zeroblob(${LEAF_BYTES}));
`;
}

/** The records of one leaf, as a thief of the disk reads them. */
export function recordsIn(
  leaf: Uint8Array,
  width: number,
): readonly Uint8Array[] {
  const bytes = asBuffer(leaf);
  return Array.from({ length: bytes.readUInt16BE(0) }, (_, i) => {
    const at = COUNT_BYTES + i * width;
    return bytes.subarray(at, at + width);
  });
}

interface Leaf {
  readonly id: number;
  /** The rank that is the first of the next leaf; not known of a leaf that was read for one record. */
  end: number | undefined;
  bytes: Buffer;
  count: number;
}

interface Tree extends LeafShape {
  readonly capacity: number;
  readonly statements: ReturnType<typeof prepare>;
  readonly kept: KeptLeaves<Leaf> | undefined;
  /** What a leaf becomes is put together here. */
  scratch: Buffer;
}

/** So many leaves of the table are kept in memory, of those that were read last. */
export function openLeaves(
  db: DatabaseSync,
  shape: LeafShape,
  leavesKept = 0,
): Leaves {
  const capacity = Math.floor((LEAF_BYTES - COUNT_BYTES) / shape.width);
  const tree: Tree = {
    ...shape,
    capacity,
    statements: prepare(db, shape.table),
    kept: leavesKept === 0 ? undefined : keepLeaves(leavesKept),
    scratch: Buffer.alloc(2 * LEAF_BYTES),
  };
  return {
    get: (key) => {
      const leaf = load(tree, rankOf(key));
      const { at, isThere } = search(tree, leaf, key);
      if (!isThere) return undefined;
      const record = recordAt(tree, leaf, at);
      return tree.kept ? Buffer.from(record) : record;
    },
    forgetAll: () => tree.kept?.clear(),
    from: (key) => recordsFrom(tree, key),
    put: (records) => put(tree, records),
    edit: (key, change) => {
      const leaf = load(tree, rankOf(key));
      const { at, isThere } = search(tree, leaf, key);
      if (isThere) {
        change(recordAt(tree, leaf, at));
        tree.statements.update.run(leaf.bytes, leaf.id);
      }
      return isThere;
    },
    remove: (key) => {
      const leaf = load(tree, rankOf(key));
      const { at, isThere } = search(tree, leaf, key);
      if (isThere) cutOut(tree, leaf, at);
      return isThere;
    },
  };
}

function prepare(db: DatabaseSync, table: string) {
  const at = `FROM ${table} WHERE leaf <= ? ORDER BY leaf DESC LIMIT 1`;
  return {
    load: arrays(db, `SELECT leaf, records ${at}`),
    loadNext: arrays(
      db,
      `SELECT leaf, records FROM ${table} WHERE leaf > ? ORDER BY leaf LIMIT 1`,
    ),
    idAfter: arrays(
      db,
      `SELECT leaf FROM ${table} WHERE leaf > ? ORDER BY leaf LIMIT 1`,
    ),
    insert: db.prepare(`INSERT INTO ${table} (records, leaf) VALUES (?, ?)`),
    update: db.prepare(`UPDATE ${table} SET records = ? WHERE leaf = ?`),
    remove: db.prepare(`DELETE FROM ${table} WHERE leaf = ?`),
  };
}

function arrays(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

function load(tree: Tree, rank: number): Leaf {
  const { statements, kept } = tree;
  const known = kept?.find(rank);
  if (known !== undefined) return known;
  const leaf = leafIn(statements.load.get(rank));
  assertInvariant(leaf !== undefined, "there is a leaf for every key");
  if (kept !== undefined) kept.add({ ...leaf, end: endOf(tree, leaf) });
  return kept?.find(rank) ?? leaf;
}

/** Statements that return arrays are typed as those that return objects. */
function leafIn(row: unknown): Leaf | undefined {
  if (!Array.isArray(row)) return undefined;
  const [id, records]: readonly unknown[] = row;
  assertInvariant(typeof id === "number", "a leaf has a number");
  assertInvariant(records instanceof Uint8Array, "a leaf has records");
  const bytes = asBuffer(records);
  return { id, end: undefined, bytes, count: bytes.readUInt16BE(0) };
}

/** The rank at which the next leaf begins. */
function endOf({ statements }: Tree, { id, end }: Leaf): number {
  if (end !== undefined) return end;
  const row: unknown = statements.idAfter.get(id);
  return Array.isArray(row) ? Number(row[0]) : Infinity;
}

function recordAt({ width }: LeafShape, { bytes }: Leaf, at: number): Buffer {
  const start = COUNT_BYTES + at * width;
  return bytes.subarray(start, start + width);
}

interface Found {
  readonly at: number;
  readonly isThere: boolean;
}

/** The first record whose key is not before this one, and whether it begins with it. */
function search(tree: LeafShape, leaf: Leaf, key: Uint8Array): Found {
  return searchFrom(tree, leaf, { key, from: 0 });
}

/** The same among the records from one on. */
function searchFrom(
  { width }: LeafShape,
  { bytes, count }: Leaf,
  { key, from }: { readonly key: Uint8Array; readonly from: number },
): Found {
  let [low, high] = [from, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareAt(bytes, COUNT_BYTES + middle * width, key) < 0) {
      low = middle + 1;
    } else high = middle;
  }
  const isThere =
    low < count && compareAt(bytes, COUNT_BYTES + low * width, key) === 0;
  return { at: low, isThere };
}

/** Mostly told by four octets, for which no call leaves the language. */
function compareAt(bytes: Buffer, start: number, key: Uint8Array): number {
  const { length } = key;
  if (length >= 4) {
    const difference = fourAt(bytes, start) - fourAt(key, 0);
    if (difference !== 0) return difference;
  }
  return bytes.compare(key, 0, length, start, start + length);
}

function fourAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0] = [bytes[at], bytes[at + 1]];
  const [c = 0, d = 0] = [bytes[at + 2], bytes[at + 3]];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function* recordsFrom(tree: Tree, key: Uint8Array): Iterable<Uint8Array> {
  let leaf: Leaf | undefined = load(tree, rankOf(key));
  let { at } = search(tree, leaf, key);
  while (leaf !== undefined) {
    for (; at < leaf.count; at += 1) yield recordAt(tree, leaf, at);
    leaf = nextTo(tree, leaf);
    at = 0;
  }
}

function nextTo(tree: Tree, { id, end }: Leaf): Leaf | undefined {
  if (end === undefined) return leafIn(tree.statements.loadNext.get(id));
  return end === Infinity ? undefined : load(tree, end);
}

function put(tree: Tree, records: readonly Uint8Array[]): void {
  for (let next = 0; next < records.length;) {
    const leaf = load(tree, rankOf(records[next] ?? NO_KEY));
    const end = next + 1 === records.length ? Infinity : endOf(tree, leaf);
    let to = next + 1;
    while (to < records.length && rankOf(records[to] ?? NO_KEY) < end) to += 1;
    write(tree, leaf, mergeInto(tree, leaf, records.slice(next, to)));
    next = to;
  }
}

const NO_KEY = new Uint8Array();

/** Puts the records of a leaf and these together, in order; answers how many they are. */
function mergeInto(
  tree: Tree,
  leaf: Leaf,
  records: readonly Uint8Array[],
): number {
  const { width, keyBytes } = tree;
  const most = COUNT_BYTES + (leaf.count + records.length) * width;
  if (tree.scratch.length < most) tree.scratch = Buffer.alloc(2 * most);
  const { scratch } = tree;
  let [to, from] = [COUNT_BYTES, 0];
  const copy = (end: number): void => {
    const [first, last] = [from, end].map((n) => COUNT_BYTES + n * width);
    to += leaf.bytes.copy(scratch, to, first, last);
    from = end;
  };
  for (const record of records) {
    assertInvariant(record.length === width, "records have one length");
    const key = record.subarray(0, keyBytes);
    const { at, isThere } = searchFrom(tree, leaf, { key, from });
    copy(at);
    scratch.set(record, to);
    to += width;
    if (isThere) from += 1;
  }
  copy(leaf.count);
  return (to - COUNT_BYTES) / width;
}

function endOfRecords({ width }: LeafShape, { count }: Leaf): number {
  return COUNT_BYTES + count * width;
}

/** Writes what was put together in place of a leaf, as one or as the leaves that it has to be parted into. */
function write(tree: Tree, leaf: Leaf, count: number): void {
  const parts = partsOf(tree, { id: leaf.id, from: 0, to: count });
  if (parts.length === 1) return rewrite(tree, leaf, count);
  tree.kept?.drop(leaf.id);
  const { update, insert } = tree.statements;
  for (const part of parts) {
    (part.id === leaf.id ? update : insert).run(sliceOf(tree, part), part.id);
  }
}

/** What was put together is the leaf from now on. */
function rewrite(tree: Tree, leaf: Leaf, count: number): void {
  const bytes = sliceOf(tree, { from: 0, to: count });
  tree.statements.update.run(bytes, leaf.id);
  if (tree.kept === undefined) return;
  leaf.count = count;
  if (leaf.bytes.length === bytes.length) leaf.bytes.set(bytes);
  else leaf.bytes = Buffer.from(bytes);
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly id: number;
}

/** The leaves that these records are parted into, which begins with the id of the whole. */
function partsOf(tree: Tree, part: Part): readonly Part[] {
  const { from, to, id } = part;
  if (to - from <= tree.capacity) return [part];
  const first = rankInScratch(tree, from);
  const last = rankInScratch(tree, to - 1);
  // Only keys that were sought for it by trying share a rank: their leaf becomes longer than a page, and works.
  if (first === last) return [part];
  const border = borderBetween(first, last);
  let middle = from + 1;
  while (rankInScratch(tree, middle) < border) middle += 1;
  return [
    ...partsOf(tree, { from, to: middle, id }),
    ...partsOf(tree, { from: middle, to, id: border }),
  ];
}

function rankInScratch({ scratch, width }: Tree, at: number): number {
  return rankAt(scratch, COUNT_BYTES + at * width);
}

/** The roundest number above the first and not above the last. */
function borderBetween(first: number, last: number): number {
  let step = TOP;
  while (Math.floor(first / step) === Math.floor(last / step)) step /= 2;
  return Math.floor(last / step) * step;
}

/** Some of what was put together as a leaf, with zeros behind them; what it holds is written over by the next. */
function sliceOf(
  { scratch, width }: Tree,
  { from, to }: Omit<Part, "id">,
): Buffer {
  const length = COUNT_BYTES + (to - from) * width;
  const slice =
    length <= LEAF_BYTES ? ONE_LEAF : Buffer.allocUnsafeSlow(length);
  slice.writeUInt16BE(to - from);
  const [first, last] = [from, to].map((n) => COUNT_BYTES + n * width);
  scratch.copy(slice, COUNT_BYTES, first, last);
  slice.fill(0, length);
  return slice;
}

/** SQLite takes a copy of what it is given. */
const ONE_LEAF = Buffer.alloc(LEAF_BYTES);

function cutOut(tree: Tree, leaf: Leaf, at: number): void {
  const { width, statements, kept } = tree;
  if (leaf.count === 1 && leaf.id !== 0) {
    // The leaf before it reaches further now.
    kept?.clear();
    statements.remove.run(leaf.id);
    return;
  }
  const start = COUNT_BYTES + at * width;
  leaf.bytes.copy(tree.scratch, 0, 0, start);
  leaf.bytes.copy(tree.scratch, start, start + width, endOfRecords(tree, leaf));
  rewrite(tree, leaf, leaf.count - 1);
}

function rankOf(key: Uint8Array): number {
  return rankAt(key, 0);
}

function rankAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0] = [bytes[at + 4], bytes[at + 5]];
  return fourAt(bytes, at) * 65_536 + ((a << 8) | b);
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
