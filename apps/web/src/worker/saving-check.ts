// Tries the browser's database where the app's store is to live (AP-12): write, read in a fresh connection, delete.
// The raw interface, because a wrapper's workarounds would hide what is missing.

import type { SavingOutcome } from "../features/device-check/probe.ts";

const DATABASE = "halqa-device-check";
const STORE = "records";
const KEY = "record";
// Enough that it is written as data and not kept as a remark beside the key.
const RECORD = Uint8Array.from({ length: 1_024 }, (_, index) => index & 0xff);

/** Whether a record can be written, read back unchanged and deleted. Leaves nothing behind. Never throws. */
export async function checkSaving(
  openFactory: () => IDBFactory,
): Promise<SavingOutcome> {
  try {
    const factory = openFactory();
    // Whatever a page that was closed in the middle left behind.
    await done(factory.deleteDatabase(DATABASE));
    try {
      await write(factory);
      return isRecord(await read(factory)) ? "works" : "wrong-answer";
    } finally {
      await done(factory.deleteDatabase(DATABASE));
    }
  } catch {
    // Absent, forbidden, full or blocked: in each case this browser does not save for us.
    return "refused";
  }
}

async function write(factory: IDBFactory): Promise<void> {
  const database = await open(factory);
  try {
    const transaction = database.transaction(STORE, "readwrite");
    transaction.objectStore(STORE).put(RECORD, KEY);
    await committed(transaction);
  } finally {
    database.close();
  }
}

async function read(factory: IDBFactory): Promise<unknown> {
  const database = await open(factory);
  try {
    return await done(database.transaction(STORE).objectStore(STORE).get(KEY));
  } finally {
    database.close();
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open(DATABASE, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore(STORE);
  });
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(failure(request.error)));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () =>
      reject(failure(transaction.error)),
    );
  });
}

function failure(error: DOMException | null): Error {
  return error ?? new Error("the database gave no reason");
}

function isRecord(value: unknown): boolean {
  return (
    value instanceof Uint8Array &&
    value.length === RECORD.length &&
    value.every((byte, index) => byte === RECORD[index])
  );
}
