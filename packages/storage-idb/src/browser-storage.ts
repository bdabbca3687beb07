// Where a browser keeps a vault: records in IndexedDB, the slot in a file where the browser can overwrite one, otherwise in a
// record (docs/spec/storage.md, "In a browser"). Where the slot is, is decided once and written down: a browser that learns or
// forgets to overwrite files later must not look for it in the other place.
//
// Nothing here keeps two workers from opening the same storage, for which the caller holds a lock; where that failed, the later
// one writes and the earlier one is refused.

import { err, ok, type Result } from "@halqa/bytes";
import { StoreFault, type RawStore, type Slot } from "@halqa/vault";
import { deleteDB } from "idb";
import {
  asStoreFault,
  openDatabase,
  STRICT,
  takeOver,
  type VaultDatabase,
} from "./database.ts";
import { createIdbRawStore } from "./idb-raw-store.ts";
import { createIdbSlot } from "./idb-slot.ts";
import {
  canOverwrite,
  createOpfsSlot,
  eraseOpfsSlot,
  type GetDirectory,
} from "./opfs-slot.ts";

export interface BrowserStorage {
  readonly raw: RawStore;
  readonly slot: Slot;
  /** `file`: what the slot held is overwritten when it changes. `record`: it may stay on the disk for a while. */
  readonly slotPlace: SlotPlace;
}

export interface BrowserStorageError {
  readonly kind: "full" | "unavailable";
}

type SlotPlace = "file" | "record";

const getOriginDirectory: GetDirectory = () => navigator.storage.getDirectory();

/** Opens or makes the storage of this name. */
export async function openBrowserStorage(
  name: string,
  getDirectory: GetDirectory = getOriginDirectory,
): Promise<Result<BrowserStorage, BrowserStorageError>> {
  let database: VaultDatabase | undefined;
  try {
    database = await openDatabase(name);
    const fileName = slotFileName(name);
    const slotPlace = await settlePlace(database, () =>
      canOverwrite(getDirectory, fileName),
    );
    const opener = await takeOver(database);
    const slot =
      slotPlace === "file"
        ? createOpfsSlot(getDirectory, fileName)
        : createIdbSlot(database, opener);
    return ok({ raw: createIdbRawStore(database, opener), slot, slotPlace });
  } catch (cause) {
    database?.close();
    return outcomeOf(cause);
  }
}

/** Destroys the storage of this name, the slot first: from then on the rest is noise. Nobody may have it open. */
export async function eraseBrowserStorage(
  name: string,
  getDirectory: GetDirectory = getOriginDirectory,
): Promise<Result<undefined, BrowserStorageError>> {
  try {
    const fileName = slotFileName(name);
    if (await canOverwrite(getDirectory, fileName)) {
      await eraseOpfsSlot(getDirectory, fileName);
    }
    await deleteDB(name);
    return ok(undefined);
  } catch (cause) {
    return outcomeOf(cause);
  }
}

async function settlePlace(
  database: VaultDatabase,
  canUseFile: () => Promise<boolean>,
): Promise<SlotPlace> {
  const known = await database.get("slot", "place");
  if (known === "file" || known === "record") return known;
  const place = (await canUseFile()) ? "file" : "record";
  const { store, done } = database.transaction("slot", "readwrite", STRICT);
  await Promise.all([store.put(place, "place"), done]);
  return place;
}

function slotFileName(name: string): string {
  return `${name}.slot`;
}

function outcomeOf(cause: unknown): Result<never, BrowserStorageError> {
  const { kind } = cause instanceof StoreFault ? cause : asStoreFault(cause);
  return err({ kind: kind === "full" ? "full" : "unavailable" });
}
