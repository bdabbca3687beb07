// The open vault: names and values go down sealed, and come up opened (docs/spec/vault.md). It keeps no record in memory.

import type { RandomBytes } from "@halqa/crypto";
import type { RawStore, RawWrite } from "./raw-store.ts";
import { openRecord, sealRecord } from "./record.ts";
import { StoreFault } from "./store-fault.ts";
import type { RecordRef, RecordWrite, VaultStore } from "./store.ts";
import { deriveVaultKeys, type VaultKeys } from "./vault-keys.ts";

/** The store of a vault whose data key is known. */
export function createVaultStore(
  raw: RawStore,
  dataKey: Uint8Array,
  random: RandomBytes,
): VaultStore {
  const keys = deriveVaultKeys(dataKey);
  return {
    read: async (refs) => {
      const records = await raw.read(refs.map((ref) => keys.placeOf(ref)));
      return refs.map((ref, i) => openAt(keys, ref, records[i]));
    },
    commit: async (writes) => {
      await raw.commit(writes.map((write) => sealWrite(keys, write, random)));
    },
    close: () => raw.close(),
  };
}

function openAt(
  keys: VaultKeys,
  ref: RecordRef,
  record: Uint8Array | undefined,
): Uint8Array | undefined {
  if (record === undefined) return undefined;
  const opened = openRecord({ key: keys.storeKey(ref.store), ref, record });
  // To answer "not there" would make the engine begin anew over what an attacker wants forgotten.
  if (!opened.ok) throw new StoreFault(opened.error.kind);
  return opened.value;
}

function sealWrite(
  keys: VaultKeys,
  { ref, value }: RecordWrite,
  random: RandomBytes,
): RawWrite {
  const key = keys.placeOf(ref);
  if (value === undefined) return { key, value };
  const storeKey = keys.storeKey(ref.store);
  return { key, value: sealRecord({ key: storeKey, ref, value, random }) };
}
