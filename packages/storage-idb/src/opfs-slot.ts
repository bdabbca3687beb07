// The slot as a file of the origin-private file system, overwritten in place through an exclusive handle (docs/spec/storage.md,
// ST-30). The handle is open only while it is used: a worker that ends badly holds it no longer than it lives.

import { assertInvariant } from "@halqa/bytes";
import { SLOT_LENGTH, StoreFault, type Slot } from "@halqa/vault";
import { asStoreFault } from "./database.ts";

/** Opens the origin-private file system, or fails as the browser does. */
export type GetDirectory = () => Promise<FileSystemDirectoryHandle>;

/** Whether this browser can overwrite a file here and now: tried, because some have the calls and refuse them. */
export async function canOverwrite(
  getDirectory: GetDirectory,
  name: string,
): Promise<boolean> {
  try {
    await withHandle({ getDirectory, name }, () => undefined);
    return true;
  } catch {
    // Private windows, older browsers, a page instead of a worker: all of them get the record in the database.
    return false;
  }
}

/** The slot in a file of this name. */
export function createOpfsSlot(getDirectory: GetDirectory, name: string): Slot {
  const file = { getDirectory, name };
  return {
    read: () =>
      withFaults(() =>
        withHandle(file, (handle) => {
          if (handle.getSize() === 0) return undefined;
          const content = new Uint8Array(SLOT_LENGTH);
          handle.read(content, { at: 0 });
          return content;
        }),
      ),
    write: async ({ at, bytes }) => {
      assertInvariant(at + bytes.length <= SLOT_LENGTH, "beyond the slot");
      const copy = Uint8Array.from(bytes);
      await withFaults(() =>
        withHandle(file, (handle) => {
          if (handle.getSize() !== SLOT_LENGTH) handle.truncate(SLOT_LENGTH);
          const written = handle.write(copy, { at });
          handle.flush();
          if (written !== copy.length) throw new StoreFault("unavailable");
        }),
      );
    },
  };
}

/** Overwrites the file and takes it away; where there is none, nothing. */
export async function eraseOpfsSlot(
  getDirectory: GetDirectory,
  name: string,
): Promise<void> {
  const slot = createOpfsSlot(getDirectory, name);
  await slot.write({ at: 0, bytes: new Uint8Array(SLOT_LENGTH) });
  await withFaults(async () => (await getDirectory()).removeEntry(name));
}

async function withHandle<T>(
  file: { readonly getDirectory: GetDirectory; readonly name: string },
  use: (handle: FileSystemSyncAccessHandle) => T,
): Promise<T> {
  const directory = await file.getDirectory();
  const entry = await directory.getFileHandle(file.name, { create: true });
  const handle = await entry.createSyncAccessHandle();
  try {
    return use(handle);
  } finally {
    handle.close();
  }
}

async function withFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof StoreFault ? cause : asStoreFault(cause);
  }
}
