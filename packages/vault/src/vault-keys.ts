// From the data key down (docs/spec/vault.md, "Keys"): one key for all names, one for each archive's values, and those that take
// part in sealing what is to become unreadable.

import {
  assertInvariant,
  concatBytes,
  encode,
  encodeUtf8,
  writeVector,
  type Writer,
} from "@halqa/bytes";
import { blake2b, labels } from "@halqa/crypto";
import { MAX_RECORD_ID_LENGTH, MAX_STORE_NAME_LENGTH } from "./limits.ts";
import type { RecordRef } from "./store.ts";

const KEY_LENGTH = 32;

export interface VaultKeys {
  /** Where a record stands on the disk: 32 bytes that say nothing without the key. */
  readonly placeOf: (ref: RecordRef) => Uint8Array;
  /** The key of an archive's values. */
  readonly storeKey: (store: string) => Uint8Array;
  /** The key of the page, under this secret of the slot. */
  readonly pageKey: (stateSecret: Uint8Array) => Uint8Array;
}

/** The keys below a data key. */
export function deriveVaultKeys(dataKey: Uint8Array): VaultKeys {
  const nameKey = derive(dataKey, labels.vaultNameKey, new Uint8Array());
  const keysByStore = new Map<string, Uint8Array>();
  return {
    placeOf: (ref) =>
      blake2b(
        { key: nameKey, length: KEY_LENGTH },
        encode((w) => writeRef(w, ref)),
      ),
    storeKey: (store) => {
      const known = keysByStore.get(store);
      if (known !== undefined) return known;
      const key = derive(dataKey, labels.vaultStoreKey, encodeUtf8(store));
      keysByStore.set(store, key);
      return key;
    },
    pageKey: (stateSecret) => derive(dataKey, labels.vaultPage, stateSecret),
  };
}

/** The key of a store's values within a group. */
export function groupStoreKey(groupKey: Uint8Array, store: string): Uint8Array {
  return derive(groupKey, labels.vaultGroupKey, encodeUtf8(store));
}

/** The store of what the vault keeps for itself. No record of a user has it. */
export const OWN_STORE = "";

/** A reference with its lengths, so that no two read the same. Too long or empty is a bug of the caller. */
export function writeRef(w: Writer, ref: RecordRef): void {
  const store = encodeUtf8(ref.store);
  const id = encodeUtf8(ref.id);
  assertInvariant(
    store.length <= MAX_STORE_NAME_LENGTH,
    "a store's name has at most 32 bytes",
  );
  assertInvariant(
    id.length <= MAX_RECORD_ID_LENGTH ||
      (ref.store === OWN_STORE && id.length <= 2 * MAX_RECORD_ID_LENGTH),
    "a record's id has at most 512 bytes",
  );
  writeVector(w, store);
  writeVector(w, id);
}

function derive(key: Uint8Array, label: string, what: Uint8Array): Uint8Array {
  return blake2b(
    { key, length: KEY_LENGTH },
    concatBytes(encodeUtf8(label), what),
  );
}
