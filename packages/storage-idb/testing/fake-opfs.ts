// The part of the origin-private file system that the slot uses, in memory, with a file's bytes as they are after a flush.

type Refusal = "directory" | "handle" | "method";
type Failure = "short" | "quota";

interface FakeFile {
  content: Uint8Array;
  /** What a power cut would leave. */
  durable: Uint8Array;
}

export interface FakeDirectory {
  readonly get: () => Promise<FileSystemDirectoryHandle>;
  readonly files: ReadonlyMap<string, FakeFile>;
  readonly openHandles: () => number;
  readonly failNext: (failure: Failure) => void;
}

/** A directory without files, in a browser that may refuse it. */
export function createFakeDirectory(
  options: { readonly refuse?: Refusal } = {},
): FakeDirectory {
  const { refuse } = options;
  const files = new Map<string, FakeFile>();
  const open = new Set<string>();
  let failure: Failure | undefined;

  const openHandle = async (name: string, file: FakeFile) => {
    if (refuse === "handle") throw new DOMException("", "InvalidStateError");
    if (open.has(name)) {
      throw new DOMException("", "NoModificationAllowedError");
    }
    open.add(name);
    return {
      getSize: () => file.content.length,
      truncate: (size: number) => {
        const resized = new Uint8Array(size);
        resized.set(file.content.subarray(0, size));
        file.content = resized;
      },
      read: (into: Uint8Array, { at }: { at: number }) => {
        const part = file.content.subarray(at, at + into.length);
        into.set(part);
        return part.length;
      },
      write: (bytes: Uint8Array, { at }: { at: number }) => {
        const failing = failure;
        failure = undefined;
        if (failing === "quota") {
          throw new DOMException("", "QuotaExceededError");
        }
        const part = failing === "short" ? bytes.subarray(1) : bytes;
        file.content.set(part, at);
        return part.length;
      },
      flush: () => {
        file.durable = file.content.slice();
      },
      close: () => open.delete(name),
    };
  };

  const directory = {
    getFileHandle: async (name: string, { create = false } = {}) => {
      let file = files.get(name);
      if (file === undefined) {
        if (!create) throw new DOMException("", "NotFoundError");
        file = { content: new Uint8Array(), durable: new Uint8Array() };
        files.set(name, file);
      }
      const found = file;
      if (refuse === "method") return {};
      return { createSyncAccessHandle: () => openHandle(name, found) };
    },
    removeEntry: async (name: string) => {
      files.delete(name);
    },
  };
  return {
    get: async () => {
      if (refuse === "directory") throw new DOMException("", "SecurityError");
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the part that is used
      return directory as unknown as FileSystemDirectoryHandle;
    },
    files,
    openHandles: () => open.size,
    failNext: (next) => {
      failure = next;
    },
  };
}
