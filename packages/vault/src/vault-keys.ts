// From the data key down: one key for all names, one for each store's values (docs/spec/vault.md, "Keys"). A store has its own,
// so that a store's records can be given up by giving up one key.

import {
  assertInvariant,
  concatBytes,
  encode,
  encodeUtf8,
  writeVector,
  type Writer,
} from "@halqa/bytes";
import { blake2b, labels } from "@halqa/crypto";
import {
  MAX_RECORD_ID_LENGTH,
  MAX_STORES,
  MAX_STORE_NAME_LENGTH,
} from "./limits.ts";
import type { RecordRef } from "./store.ts";

const KEY_LENGTH = 32;

export interface VaultKeys {
  /** Where a record stands on the disk: 32 bytes that say nothing without the key. */
  readonly placeOf: (ref: RecordRef) => Uint8Array;
  /** The key of a store's values. */
  readonly storeKey: (store: string) => Uint8Array;
}

/** The keys below a data key. */
export function deriveVaultKeys(dataKey: Uint8Array): VaultKeys {
  const derive = (label: string, name: string): Uint8Array =>
    blake2b(
      { key: dataKey, length: KEY_LENGTH },
      concatBytes(encodeUtf8(label), encodeUtf8(name)),
    );
  const nameKey = derive(labels.vaultNameKey, "");
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
      assertInvariant(keysByStore.size < MAX_STORES, "too many stores");
      const key = derive(labels.vaultStoreKey, store);
      keysByStore.set(store, key);
      return key;
    },
  };
}

/** A reference with its lengths, so that no two read the same. Too long or empty is a bug of the caller. */
export function writeRef(w: Writer, ref: RecordRef): void {
  const store = encodeUtf8(ref.store);
  const id = encodeUtf8(ref.id);
  assertInvariant(
    store.length > 0 && store.length <= MAX_STORE_NAME_LENGTH,
    "a store's name has 1 to 32 bytes",
  );
  assertInvariant(
    id.length <= MAX_RECORD_ID_LENGTH,
    "a record's id has at most 512 bytes",
  );
  writeVector(w, store);
  writeVector(w, id);
}
