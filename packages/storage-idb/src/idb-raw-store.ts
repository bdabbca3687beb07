// The raw store on IndexedDB (docs/spec/storage.md, ST-1 to ST-12). One commit is one transaction: a request that fails aborts it,
// and with it everything that the commit was to write.

import { assertInvariant } from "@halqa/bytes";
import {
  RAW_KEY_LENGTH,
  StoreFault,
  type RawStore,
  type RawWrite,
} from "@halqa/vault";
import { asStoreFault, STRICT, type VaultDatabase } from "./database.ts";

/** A raw store on an open database, which it closes with itself. Once another opening took over, it commits nothing. */
export function createIdbRawStore(
  database: VaultDatabase,
  opener: number,
): RawStore {
  const underWay = new Set<Promise<unknown>>();
  let open = true;
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!open) throw new StoreFault("unavailable");
    const working = work();
    underWay.add(working);
    try {
      return await working;
    } catch (cause) {
      throw cause instanceof StoreFault ? cause : asStoreFault(cause);
    } finally {
      underWay.delete(working);
    }
  };
  return {
    read: async (keys) => {
      const wanted = keys.map(checkKey);
      return run(() => readAll(database, wanted));
    },
    commit: async (writes) => {
      const staged = writes.map(stage);
      if (staged.length > 0)
        await run(() => writeAll(database, opener, staged));
    },
    close: async () => {
      open = false;
      await Promise.allSettled(underWay);
      database.close();
    },
  };
}

interface StagedWrite {
  readonly key: Uint8Array<ArrayBuffer>;
  readonly value: Uint8Array<ArrayBuffer> | undefined;
}

// Copied: the browser would store the whole buffer behind a view.
function stage({ key, value }: RawWrite): StagedWrite {
  return {
    key: checkKey(key),
    value: value === undefined ? undefined : Uint8Array.from(value),
  };
}

function checkKey(key: Uint8Array): Uint8Array<ArrayBuffer> {
  assertInvariant(key.length === RAW_KEY_LENGTH, "a raw key has 32 bytes");
  return Uint8Array.from(key);
}

async function readAll(
  database: VaultDatabase,
  keys: readonly Uint8Array<ArrayBuffer>[],
): Promise<(Uint8Array | undefined)[]> {
  const { store, done } = database.transaction("records", "readonly");
  const requests = keys.map((key) => store.get(key));
  const [values] = await Promise.all([Promise.all(requests), done]);
  return values.map((value: unknown) => {
    if (value === undefined || value instanceof Uint8Array) return value;
    throw new StoreFault("tampered");
  });
}

async function writeAll(
  database: VaultDatabase,
  opener: number,
  writes: readonly StagedWrite[],
): Promise<void> {
  const names = ["records", "slot"] as const;
  const transaction = database.transaction(names, "readwrite", STRICT);
  const { done } = transaction;
  const store = transaction.objectStore("records");
  const requests: Promise<unknown>[] = [done];
  try {
    const newest: unknown = await transaction.objectStore("slot").get("opener");
    if (newest !== opener) throw new StoreFault("unavailable");
    for (const { key, value } of writes) {
      requests.push(
        value === undefined ? store.delete(key) : store.put(value, key),
      );
    }
    await Promise.all(requests);
  } catch (cause) {
    // A call that throws at once does not abort by itself what was asked before it.
    abort(transaction);
    await Promise.allSettled(requests);
    throw cause;
  }
}

function abort(transaction: { readonly abort: () => void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already: nothing of it was written.
  }
}
