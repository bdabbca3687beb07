// The slot as a file (docs/spec/storage.md, ST-45 to ST-47). It is made whole beside its place and then moved there; after that it is
// overwritten where it stands, because a new file in the place of the old would leave the old secret in blocks given free.

import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { assertInvariant } from "@halqa/bytes";
import {
  SLOT_LENGTH,
  StoreFault,
  type Slot,
  type SlotWrite,
} from "@halqa/vault";

/** The slot in the file at `path`, for this user's eyes only. */
export function createFileSlot(path: string): Slot {
  return {
    read: async () => withFaults(() => readSlot(path)),
    write: async (write) => {
      const { at, bytes } = write;
      assertInvariant(at + bytes.length <= SLOT_LENGTH, "beyond the slot");
      withFaults(() => {
        if (readSlot(path) === undefined) makeSlot(path, write);
        else withFile(path, "r+", (file) => writeAll(file, write));
      });
    },
  };
}

function readSlot(path: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(readFileSync(path));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw cause;
  }
}

function makeSlot(path: string, { at, bytes }: SlotWrite): void {
  const content = new Uint8Array(SLOT_LENGTH);
  content.set(bytes, at);
  const draft = `${path}.new`;
  withFile(draft, "w", (file) => writeAll(file, { at: 0, bytes: content }));
  renameSync(draft, path);
  withFile(dirname(path), "r", () => undefined);
}

// Synced before it is closed: what is not on the disk may not be counted on.
function withFile(
  path: string,
  flags: string,
  use: (file: number) => void,
): void {
  const file = openSync(path, flags, 0o600);
  try {
    use(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, { at, bytes }: SlotWrite): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
  }
}

function withFaults<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new StoreFault(codeOf(cause) === "ENOSPC" ? "full" : "unavailable");
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}
