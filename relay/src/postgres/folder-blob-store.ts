// Parts as files of a folder that all gateways share (docs/spec/postgres.md, "Parts").

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { BlobStore } from "./blob-store.ts";

const nameShape = /^[0-9a-f]{32}-\d{1,4}$/u;

/** Over a folder that is there; 256 folders are made within it, so that none holds too many files. */
export function createFolderBlobStore(folder: string): BlobStore {
  const placeOf = (name: string): { dir: string; file: string } => {
    if (!nameShape.test(name)) throw new RangeError("the name of a part");
    const dir = join(folder, name.slice(0, 2));
    return { dir, file: join(dir, name) };
  };
  return {
    put: async (name, bytes) => {
      const { dir, file } = placeOf(name);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      // Whole or not there: two gateways that write the same part write two files and rename the same bytes.
      const part = `${file}.${randomBytes(8).toString("hex")}.part`;
      try {
        const handle = await open(part, "wx", 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(part, file);
        await syncFolder(dir);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    get: async (name) => {
      try {
        return Uint8Array.from(await readFile(placeOf(name).file));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    drop: async (name) => {
      await rm(placeOf(name).file, { force: true });
    },
  };
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
