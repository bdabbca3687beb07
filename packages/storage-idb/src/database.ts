// The database of a vault in a browser: one object store for records, one for what belongs to the slot.

import { StoreFault } from "@halqa/vault";
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export interface VaultSchema extends DBSchema {
  /** 32 bytes to ciphertext. */
  records: { key: Uint8Array<ArrayBuffer>; value: Uint8Array<ArrayBuffer> };
  slot: { key: "place" | "content" | "opener"; value: unknown };
}

export type VaultDatabase = IDBPDatabase<VaultSchema>;

/** Commits return after the data reached the disk, not only the operating system (Chromium's default is the latter). */
export const STRICT = { durability: "strict" } as const;

const VERSION = 1;

/** Opens or makes the database; rejects with a `StoreFault`. */
export async function openDatabase(name: string): Promise<VaultDatabase> {
  try {
    const database = await openDB<VaultSchema>(name, VERSION, {
      upgrade: (db) => {
        db.createObjectStore("records");
        db.createObjectStore("slot");
      },
      // Somebody deletes or upgrades the database: to hold on would block them, and writing on would be for nothing.
      blocking: () => database.close(),
    });
    return database;
  } catch (cause) {
    throw asStoreFault(cause);
  }
}

/** The number of this opening; whoever opened earlier writes nothing more. */
export async function takeOver(database: VaultDatabase): Promise<number> {
  const { store, done } = database.transaction("slot", "readwrite", STRICT);
  const before: unknown = await store.get("opener");
  const opener = typeof before === "number" ? before + 1 : 1;
  await Promise.all([store.put(opener, "opener"), done]);
  return opener;
}

/** What a browser throws, as the fault it means: full, or not available. */
export function asStoreFault(cause: unknown): StoreFault {
  const full = cause instanceof Error && cause.name === "QuotaExceededError";
  return new StoreFault(full ? "full" : "unavailable");
}
