// What a relay has left on its disk: as bytes, and as the rows that a thief of the disk reads from them.

import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { LEAVES } from "../../src/node/store/layout.ts";
import { rowsInLeaf } from "../../src/node/store/record.ts";

export interface DiskFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface StoredRow {
  readonly table: string;
  /** Integers as bigint. */
  readonly values: Readonly<Record<string, SQLOutputValue>>;
}

export function readFiles(folder: string): readonly DiskFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({
      name: entry.name,
      bytes: readFileSync(join(entry.parentPath, entry.name)),
    }));
}

/** Every byte of every file, the names among them. */
export function readDisk(folder: string): Uint8Array {
  return Buffer.concat(
    readFiles(folder).flatMap(({ name, bytes }) => [Buffer.from(name), bytes]),
  );
}

/** The rows of all tables of all databases, with what the write-ahead log adds; the files stay as they are. */
export function readRows(folder: string): readonly StoredRow[] {
  const copy = mkdtempSync(join(tmpdir(), "halqa-rows-"));
  try {
    const names = readdirSync(folder).filter((name) =>
      /\.db(-wal)?$/.test(name),
    );
    for (const name of names)
      copyFileSync(join(folder, name), join(copy, name));
    return names
      .filter((name) => name.endsWith(".db"))
      .flatMap((name) => rowsOf(join(copy, name)));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function rowsOf(file: string): StoredRow[] {
  const db = new DatabaseSync(file);
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map(({ name }) => String(name));
  const rows = tables.flatMap((table) => {
    const all = db.prepare(`SELECT * FROM "${table}"`);
    all.setReadBigInts(true);
    const shape = LEAVES.find((leaves) => leaves.table === table);
    return all.all().flatMap((values) => {
      const { records } = values;
      // A leaf stands for many rows.
      return shape && records instanceof Uint8Array
        ? rowsInLeaf(shape, records).map((row) => ({
            table,
            values: flat(row),
          }))
        : [{ table, values }];
    });
  });
  db.close();
  return rows;
}

/** The fields of a record as columns. */
function flat(
  record: Readonly<Record<string, unknown>>,
): Record<string, SQLOutputValue> {
  const columns = Object.entries(record).flatMap(
    ([name, value]): (readonly [string, SQLOutputValue])[] => {
      if (value instanceof Uint8Array) return [[name, Uint8Array.from(value)]];
      if (typeof value === "number") return [[name, BigInt(value)]];
      return typeof value === "object" && value !== null
        ? Object.entries(flat({ ...value }))
        : [];
    },
  );
  return Object.fromEntries(columns);
}

/** The values of a row that are bytes. */
export function blobsIn({ values }: StoredRow): readonly Uint8Array[] {
  return Object.values(values).filter((value) => value instanceof Uint8Array);
}
