// A copy of the store while the relay runs, or while it does not (docs/spec/relay-node.md, RN-28). It is made by another
// process than the relay, which reads what was durable at one moment and writes nothing of the relay's.

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "@halqa/bytes";
import { LAYOUT_VERSION } from "./layout.ts";
import { openDatabase, STORE_FILE } from "./sqlite-database.ts";
import { mergeAll, prepareTables } from "./transactions.ts";

export type BackupFault =
  /** There is no store in the data folder. */
  | { readonly kind: "no-store"; readonly folder: string }
  /** It was written by another version of the relay. */
  | { readonly kind: "other-version"; readonly folder: string }
  /** Something of that name is there already. */
  | { readonly kind: "exists"; readonly to: string }
  /** The store cannot be read, or the copy not be written. */
  | { readonly kind: "failed"; readonly to: string; readonly code: string };

/** Copies the store of a data folder to a file that does not exist yet; answers how many bytes it has. */
export function backUpStore(
  folder: string,
  to: string,
): Result<number, BackupFault> {
  const from = join(folder, STORE_FILE);
  if (!existsSync(from)) return err({ kind: "no-store", folder });
  if (existsSync(to)) return err({ kind: "exists", to });
  // Under its own name only once it is whole on disk.
  const draft = `${to}.new`;
  try {
    // Made here and not by SQLite, so that it is for the owner alone.
    closeSync(openSync(draft, "wx", 0o600));
  } catch (error) {
    return err({ kind: "failed", to, code: codeOf(error) });
  }
  try {
    const relayPub = copy(from, draft);
    if (relayPub === undefined) return err({ kind: "other-version", folder });
    settle(draft, relayPub);
    sync(draft, "r+");
    renameSync(draft, to);
    // Windows opens no folders; its file system keeps names in a journal.
    if (process.platform !== "win32") sync(dirname(to), "r");
    return ok(statSync(to).size);
  } catch (error) {
    return err({ kind: "failed", to, code: codeOf(error) });
  } finally {
    for (const end of ["", "-wal", "-shm"]) {
      rmSync(`${draft}${end}`, { force: true });
    }
  }
}

/** What an operator reads, with the next step. */
export function describeBackupFault(fault: BackupFault): string {
  switch (fault.kind) {
    case "no-store":
      return `There is no relay.db in ${fault.folder}: set HALQA_DATA to the data folder of the relay.`;
    case "other-version":
      return `The relay.db in ${fault.folder} was written by another version of the relay: back it up with that one, or start this one once.`;
    case "exists":
      return `${fault.to} is there already: name a file that is not.`;
    case "failed":
      return `The backup ${fault.to} could not be made (${fault.code}): see that there is room, and that relay.db is whole.`;
  }
}

/** Copies row by row what was durable at one moment; answers with the relay's key, or nothing where the layout is another. */
function copy(from: string, to: string): Uint8Array | undefined {
  const db = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    const version = db.prepare("PRAGMA user_version").get()?.["user_version"];
    if (version !== LAYOUT_VERSION) return undefined;
    const owner = db.prepare("SELECT relay_pub FROM relay").get();
    const relayPub = owner?.["relay_pub"];
    db.prepare("VACUUM INTO ?").run(to);
    return relayPub instanceof Uint8Array ? relayPub : undefined;
  } finally {
    db.close();
  }
}

/** Puts in its place what had just come: a copy is kept for longer than the seconds for which its order may be told. */
function settle(file: string, relayPub: Uint8Array): void {
  const db = openDatabase(file, relayPub);
  if (!db.ok) throw new Error(db.error.why);
  try {
    mergeAll(prepareTables(db.value));
    const [found] = db.value.prepare("PRAGMA quick_check(1)").all();
    if (found?.["quick_check"] !== "ok") throw new Error("damaged");
  } finally {
    db.value.close();
  }
}

function sync(path: string, flags: string): void {
  const handle = openSync(path, flags);
  fsyncSync(handle);
  closeSync(handle);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("errcode" in error) return `SQLite ${String(error.errcode)}`;
  return "code" in error ? String(error.code) : error.message;
}
