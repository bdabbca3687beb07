// One relay per data folder (docs/spec/relay-node.md, RN-1). The lock is one that the operating
// system takes back when the process is gone, however it ends: no stale lock after a crash, and no
// process id to guess about.
//
// @NOTE Nothing else in this process may open and close `relay.lock`: on POSIX systems closing any
// handle on a file gives back all locks that the process holds on it.

import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "@halqa/bytes";

const LOCK_FILE = "relay.lock";

export interface FolderLock {
  release(): void;
}

// Referred to from here: a lock that only its holder's closure knew would be given back by the garbage
// collector.
const held = new Set<DatabaseSync>();

/** Takes the folder for this process, or says that another one has it. */
export function lockFolder(
  folder: string,
): Result<
  FolderLock,
  { readonly kind: "data-in-use"; readonly folder: string }
> {
  makeLockFile(join(folder, LOCK_FILE));
  // Node has no file locks of its own. SQLite's hold on every system it runs on; the file stays empty.
  const file = new DatabaseSync(join(folder, LOCK_FILE), { timeout: 0 });
  try {
    file.exec("BEGIN EXCLUSIVE");
    held.add(file);
    return ok({
      release: () => {
        if (held.delete(file)) file.close();
      },
    });
  } catch (error) {
    file.close();
    if (isBusy(error)) return err({ kind: "data-in-use", folder });
    throw error;
  }
}

/** Makes the file for its owner alone, and opens it only where it is not there: see the note above. */
function makeLockFile(path: string): void {
  try {
    closeSync(openSync(path, "ax", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code !== "EEXIST") throw error;
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return (
    error instanceof Error &&
    "errcode" in error &&
    error.errcode === SQLITE_BUSY
  );
}
