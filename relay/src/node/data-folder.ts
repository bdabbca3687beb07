// The data folder, made, locked and tried (docs/spec/http.md, HT-14; docs/spec/relay-node.md, RN-1).

import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { err, type Result } from "@halqa/bytes";
import { lockFolder, type FolderLock } from "./folder-lock.ts";

export type DataFolderFault =
  | {
      readonly kind: "data-not-writable";
      readonly folder: string;
      readonly code: string;
    }
  | { readonly kind: "data-in-use"; readonly folder: string };

/** Takes the folder for this process, after a write in it succeeded. */
export function takeDataFolder(
  folder: string,
): Result<FolderLock, DataFolderFault> {
  // The rights of a folder do not tell whether a write succeeds (a full or read-only disk): a write does.
  const probe = join(folder, `.halqa-${randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(probe, "");
    rmSync(probe);
    return lockFolder(folder);
  } catch (error) {
    return err({ kind: "data-not-writable", folder, code: codeOf(error) });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error
    ? String(error.code)
    : "unknown";
}
