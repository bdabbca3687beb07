// Files that a person asks for: whole or not there, readable by nobody else, and never in the place of another one.

import { accessSync, constants, existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { err, ok, type Result } from "@halqa/bytes";
import { exitRefused, type Failure } from "./outcome.ts";

/** Writes a new file piece by piece; answers its length. Cut off, it leaves a `.part` that the next call takes the place of. */
export async function writeNewFile(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Result<number, Failure>> {
  if (existsSync(path)) {
    return err(
      exitRefused("file-exists", `"${path}" is there already: name another.`),
    );
  }
  const part = `${path}.part`;
  try {
    // Whatever rights and content a part of before had, this is another file.
    await rm(part, { force: true });
    const handle = await open(part, "wx", 0o600);
    let length = 0;
    try {
      for await (const piece of pieces) {
        await handle.writeFile(piece);
        length += piece.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
    return ok(length);
  } catch (fault) {
    await rm(part, { force: true });
    if (!isSystemError(fault)) throw fault;
    return err(
      exitRefused("bad-file", `"${path}" cannot be written: ${fault.code}.`),
    );
  }
}

export function canRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the system says of files; anything else is a bug. */
function isSystemError(fault: unknown): fault is Error & { code: string } {
  return fault instanceof Error && "syscall" in fault && "code" in fault;
}
