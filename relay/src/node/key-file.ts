// Files that hold a secret key: made once, whole or not at all, for their owner alone.

import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "@halqa/bytes";

/** Other users of the machine may read it. */
export interface KeyExposed {
  readonly kind: "key-exposed";
  readonly file: string;
}

/** What is in the file of this name; made by `create` where there is none. The caller holds the folder's lock. */
export function loadKeyFile(
  folder: string,
  name: string,
  create: () => string,
): Result<Uint8Array, KeyExposed> {
  const file = join(folder, name);
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) writeKeyFile(folder, name, create());
  // Windows has no such bits and reports them as set.
  else if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    return err({ kind: "key-exposed", file });
  }
  return ok(new Uint8Array(readFileSync(file)));
}

function writeKeyFile(folder: string, name: string, text: string): void {
  // Under its own name only once it is whole on disk: a crash leaves a key or none, never a half.
  const draft = join(folder, `${name}.new`);
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, join(folder, name));
  syncFolder(folder);
}

/** Makes a new name in the folder last through a power cut. */
function syncFolder(folder: string): void {
  // Windows opens no folders; its file system keeps names in a journal.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}
