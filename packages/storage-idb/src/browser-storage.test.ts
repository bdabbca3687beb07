// oxlint-disable-next-line import/no-unassigned-import -- it puts IndexedDB where browsers have it
import "fake-indexeddb/auto";
import { concatBytes, encodeUtf8, type Result } from "@halqa/bytes";
import { createSystemRandom } from "@halqa/crypto";
import type { Store } from "@halqa/engine";
import { describeRawStore, describeSlot } from "@halqa/testkit/storage";
import {
  openVault,
  SLOT_LENGTH,
  StoreFault,
  type RawStore,
} from "@halqa/vault";
import { openDB } from "idb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  eraseBrowserStorage,
  openBrowserStorage,
  type BrowserStorage,
} from "@halqa/storage-idb";
import {
  createFakeDirectory,
  type FakeDirectory,
} from "../testing/fake-opfs.ts";
import { openDatabase } from "./database.ts";

let count = 0;
const nextName = (): string => `test-${count++}`;
const noFiles = (): Promise<never> => Promise.reject(new Error("no files"));

function valueOf<T>(result: Result<T, { readonly kind: string }>): T {
  if (!result.ok) throw new Error(result.error.kind);
  return result.value;
}

async function open(
  name: string,
  directory?: FakeDirectory,
): Promise<BrowserStorage> {
  return valueOf(await openBrowserStorage(name, directory?.get ?? noFiles));
}

// oxlint-disable-next-line typescript/unbound-method -- called below with the store it is meant for
const putOf = IDBObjectStore.prototype.put;

/** A browser that has no room for what is large. */
function fill(isFull: boolean): void {
  if (!isFull) {
    vi.restoreAllMocks();
    return;
  }
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    value,
    at,
  ) {
    const isLarge = value instanceof Uint8Array && value.length > 100_000;
    if (isLarge) throw new DOMException("", "QuotaExceededError");
    return putOf.call(this, value, at);
  });
}

describeRawStore(
  "[ST-1] [ST-2] [ST-3] [ST-4] [ST-5] [ST-6] [ST-7] [ST-8] [ST-9] [ST-10] [ST-17] the store on IndexedDB",
  async () => {
    const name = nextName();
    return {
      open: async () => (await open(name)).raw,
      fill,
      remove: async () => void (await eraseBrowserStorage(name, noFiles)),
    };
  },
);

describeSlot("[ST-20] [ST-21] [ST-22] the slot in a file", async () => {
  const name = nextName();
  const directory = createFakeDirectory();
  const { raw } = await open(name, directory);
  await raw.close();
  return {
    open: async () => {
      const storage = await open(name, directory);
      expect(storage.slotPlace).toBe("file");
      await storage.raw.close();
      return storage.slot;
    },
    remove: async () => undefined,
  };
});

describeSlot("[ST-20] [ST-21] [ST-22] the slot in a record", async () => {
  const name = nextName();
  const opened: RawStore[] = [];
  return {
    open: async () => {
      const storage = await open(name);
      expect(storage.slotPlace).toBe("record");
      opened.push(storage.raw);
      return storage.slot;
    },
    remove: async () => {
      for (const raw of opened) await raw.close();
    },
  };
});

const key = (n: number) => new Uint8Array(32).fill(n, 31);
const write = (n: number) => ({ key: key(n), value: Uint8Array.of(n) });

describe("the store on IndexedDB", () => {
  let name: string;
  beforeEach(() => {
    name = nextName();
  });

  it("[ST-11] asks for strict durability, in one transaction a commit", async () => {
    const { raw, slot } = await open(name);
    const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
    await raw.commit([write(1), write(2), { key: key(3), value: undefined }]);
    expect(transaction.mock.calls).toEqual([
      [["records", "slot"], "readwrite", { durability: "strict" }],
    ]);
    await slot.write({ at: 0, bytes: Uint8Array.of(1) });
    expect(transaction.mock.calls[1]).toEqual([
      "slot",
      "readwrite",
      { durability: "strict" },
    ]);
    transaction.mockRestore();
    await raw.close();
  });

  it("[ST-5] [ST-12] leaves nothing of a commit whose request fails on the way", async () => {
    const { raw } = await open(name);
    await raw.commit([write(1)]);
    const failures: readonly (() => never)[] = [
      () => {
        throw new DOMException("", "DataCloneError");
      },
      () => {
        throw new DOMException("", "QuotaExceededError");
      },
    ];
    for (const [i, fail] of failures.entries()) {
      const put = vi
        .spyOn(IDBObjectStore.prototype, "put")
        .mockImplementation(function (this: IDBObjectStore, value, at) {
          const third = put.mock.calls.length === 3;
          return third ? fail() : putOf.call(this, value, at);
        });
      const writes = [{ key: key(1), value: undefined }, 2, 3, 4, 5].map((w) =>
        typeof w === "number" ? write(w) : w,
      );
      const kind = i === 0 ? "unavailable" : "full";
      await expect(raw.commit(writes)).rejects.toThrow(new StoreFault(kind));
      put.mockRestore();
      const values = await raw.read([1, 2, 3, 4, 5].map(key));
      expect(values.map((value) => value?.[0])).toEqual([1, ...Array(4)]);
    }
    await raw.close();
  });

  it("[ST-10] [ST-12] leaves nothing of a commit that the browser aborts", async () => {
    const { raw } = await open(name);
    const put = vi
      .spyOn(IDBObjectStore.prototype, "put")
      .mockImplementation(function (this: IDBObjectStore, value, at) {
        const request = putOf.call(this, value, at);
        if (put.mock.calls.length === 2) {
          request.addEventListener("success", () => this.transaction.abort());
        }
        return request;
      });
    const commit = raw.commit([write(1), write(2), write(3)]);
    await expect(commit).rejects.toThrow(new StoreFault("unavailable"));
    put.mockRestore();
    const values = await raw.read([1, 2, 3].map(key));
    expect(values).toEqual([undefined, undefined, undefined]);
    await raw.close();
  });

  it("[ST-13] answers what is no byte string as tampered with", async () => {
    const { raw, slot } = await open(name);
    const database = await openDB(name);
    await database.put("records", "a text", key(1));
    await database.put("slot", "a text", "content");
    await expect(raw.read([key(1)])).rejects.toThrow(
      new StoreFault("tampered"),
    );
    expect((await slot.read())?.length).not.toBe(SLOT_LENGTH);
    database.close();
    await raw.close();
  });

  it("[ST-14] gives way when somebody deletes the database", async () => {
    const { raw } = await open(name);
    await raw.commit([write(1)]);
    expect(valueOf(await eraseBrowserStorage(name, noFiles))).toBeUndefined();
    const read = raw.read([key(1)]);
    await expect(read).rejects.toThrow(new StoreFault("unavailable"));
    await raw.close();
    const again = await open(name);
    expect(await again.raw.read([key(1)])).toEqual([undefined]);
    await again.raw.close();
  });

  it("[ST-15] answers a browser that has no database with an outcome", async () => {
    const opening = vi
      .spyOn(IDBFactory.prototype, "open")
      .mockImplementation(() => {
        throw new DOMException("", "SecurityError");
      });
    const opened = await openBrowserStorage(name, noFiles);
    opening.mockRestore();
    expect(opened).toEqual({ ok: false, error: { kind: "unavailable" } });
  });
});

describe("the place of the slot", () => {
  const content = { at: 10, bytes: encodeUtf8("the secret") };
  let name: string;
  let directory: FakeDirectory;
  beforeEach(() => {
    name = nextName();
    directory = createFakeDirectory();
  });

  it("[ST-30] is a file that is overwritten in place and flushed", async () => {
    const { raw, slot, slotPlace } = await open(name, directory);
    expect(slotPlace).toBe("file");
    await slot.write(content);
    await slot.write({ at: 10, bytes: encodeUtf8("nothing...") });
    const file = directory.files.get(`${name}.slot`);
    expect(file?.durable.length).toBe(SLOT_LENGTH);
    expect(file?.durable.slice(10, 20)).toEqual(encodeUtf8("nothing..."));
    expect(directory.openHandles()).toBe(0);
    await raw.close();
  });

  it.each([
    ["has no such files", { refuse: "directory" }],
    ["refuses the handle", { refuse: "handle" }],
    ["has no such handles", { refuse: "method" }],
  ] as const)(
    "[ST-31] is a record where the browser %s",
    async (_, options) => {
      const refusing = createFakeDirectory(options);
      const { raw, slot, slotPlace } = await open(name, refusing);
      expect(slotPlace).toBe("record");
      await slot.write(content);
      await raw.close();
      const again = await open(name, refusing);
      const read = await again.slot.read();
      expect(read?.slice(10, 20)).toEqual(content.bytes);
      await again.raw.close();
    },
  );

  it("[ST-32] stays where it was first, whatever the browser learns or forgets", async () => {
    const before = await open(name);
    await before.slot.write(content);
    await before.raw.close();
    const after = await open(name, directory);
    expect(after.slotPlace).toBe("record");
    expect((await after.slot.read())?.slice(10, 20)).toEqual(content.bytes);
    await after.raw.close();

    const other = nextName();
    const first = await open(other, directory);
    await first.slot.write(content);
    await first.raw.close();
    const forgetful = await open(other);
    expect(forgetful.slotPlace).toBe("file");
    const fault = new StoreFault("unavailable");
    await expect(forgetful.slot.read()).rejects.toThrow(fault);
    await expect(forgetful.slot.write(content)).rejects.toThrow(fault);
    await forgetful.raw.close();
  });

  it("[ST-33] says when the slot could not be written whole", async () => {
    const { raw, slot } = await open(name, directory);
    await slot.write(content);
    directory.failNext("short");
    const fault = new StoreFault("unavailable");
    await expect(slot.write(content)).rejects.toThrow(fault);
    directory.failNext("quota");
    const full = new StoreFault("full");
    await expect(slot.write(content)).rejects.toThrow(full);
    expect(directory.openHandles()).toBe(0);
    await raw.close();
  });

  it("[ST-34] is overwritten before the rest is deleted", async () => {
    const { raw, slot } = await open(name, directory);
    await slot.write(content);
    await raw.commit([write(1)]);
    await raw.close();
    const file = directory.files.get(`${name}.slot`);
    const deleted = vi.spyOn(IDBFactory.prototype, "deleteDatabase");
    deleted.mockImplementationOnce(() => {
      throw new DOMException("", "UnknownError");
    });
    const failed = await eraseBrowserStorage(name, directory.get);
    expect(failed).toEqual({ ok: false, error: { kind: "unavailable" } });
    deleted.mockRestore();
    expect(file?.durable).toEqual(new Uint8Array(SLOT_LENGTH));
    valueOf(await eraseBrowserStorage(name, directory.get));
    expect(directory.files.size).toBe(0);
    const again = await open(name, directory);
    expect(await again.raw.read([key(1)])).toEqual([undefined]);
    await again.raw.close();
  });
});

describe("two windows", () => {
  it("[ST-17] that both opened the storage leave the slot in a record to the later one", async () => {
    const name = nextName();
    const early = await open(name);
    await early.slot.write({ at: 0, bytes: Uint8Array.of(1) });
    const late = await open(name);
    const tooLate = early.slot.write({ at: 0, bytes: Uint8Array.of(2) });
    await expect(tooLate).rejects.toThrow(new StoreFault("unavailable"));
    expect((await late.slot.read())?.[0]).toBe(1);
    await late.slot.write({ at: 0, bytes: Uint8Array.of(3) });
    expect((await late.slot.read())?.[0]).toBe(3);
    await early.raw.close();
    await late.raw.close();
  });
});

describe("a vault in a browser", () => {
  it.each([["file"], ["record"]] as const)(
    "[VA-1] opens again with its slot in a %s",
    async (place) => {
      const name = nextName();
      const directory = place === "file" ? createFakeDirectory() : undefined;
      const ref = { store: "item", id: "1" };
      const openIt = async (): Promise<Store> => {
        const { raw, slot } = await open(name, directory);
        const random = createSystemRandom();
        return valueOf(await openVault(raw, { slot, random }));
      };
      const first = await openIt();
      const value = concatBytes(encodeUtf8("a text"), new Uint8Array(5000));
      await first.commit([{ ref, value }]);
      await first.close();
      const second = await openIt();
      expect(await second.read([ref])).toEqual([value]);
      await second.close();
    },
  );

  it("[ST-16] keeps the records in one object store, under their keys alone", async () => {
    const name = nextName();
    const { raw } = await open(name);
    await raw.commit([write(1)]);
    const database = await openDatabase(name);
    expect([...database.objectStoreNames].toSorted()).toEqual([
      "records",
      "slot",
    ]);
    const { store } = database.transaction("records");
    expect([store.keyPath, store.indexNames.length]).toEqual([null, 0]);
    database.close();
    await raw.close();
  });
});
