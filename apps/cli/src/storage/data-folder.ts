// Where the command line keeps a vault: a folder with the store and the slot (docs/spec/storage.md, "In a folder"). The store
// locks itself, so the slot is looked at only by the one process that holds the store.

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "@halqa/bytes";
import type { RawStore, Slot } from "@halqa/vault";
import { createFileSlot } from "./file-slot.ts";
import {
  createSqliteRawStore,
  openSqliteDatabase,
  type SqliteError,
} from "./sqlite-raw-store.ts";

export interface DataFolder {
  readonly raw: RawStore;
  readonly slot: Slot;
}

const STORE_FILE = "vault.db";
const SLOT_FILE = "vault.slot";

/**
 * Opens the folder's storage or makes it, for this user's eyes only. `in-use`: another process has it open, and it is free again
 * the moment that one ends, however it ends. Closing the store gives the folder free.
 */
export function openDataFolder(
  folder: string,
): Result<DataFolder, SqliteError> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, STORE_FILE);
    if (!existsSync(path)) makeStoreFile(folder, path);
    const database = openSqliteDatabase(path);
    if (!database.ok) return database;
    return ok({
      raw: createSqliteRawStore(database.value),
      slot: createFileSlot(join(folder, SLOT_FILE)),
    });
  } catch {
    // No right to be there, a read-only disk, a file in the way: what it is, the user sees from outside.
    return err({ kind: "unavailable" });
  }
}

// Made here, because SQLite would let others read it; its other files take after this one. Never opened where it exists: closing
// any handle on a file gives up the locks that this process holds on it.
function makeStoreFile(folder: string, path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (cause) {
    // Another process came first: its lock will say so.
    if (existsSync(path)) return;
    throw cause;
  }
  syncFolder(folder);
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
