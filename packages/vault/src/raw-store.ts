// The port below the vault: a table from 32-byte keys to byte strings on some disk (docs/spec/storage.md, ST-1 to ST-9).
// What stands in it is ciphertext under keyed names, so that no implementation has a secret to keep.

/** The length of every key. */
export const RAW_KEY_LENGTH = 32;

export interface RawWrite {
  readonly key: Uint8Array;
  /** Undefined deletes; deleting what is not there is no fault. */
  readonly value: Uint8Array | undefined;
}

export interface RawStore {
  /** One answer for each key, in their order; undefined where there is no record. */
  readonly read: (
    keys: readonly Uint8Array[],
  ) => Promise<readonly (Uint8Array | undefined)[]>;
  /**
   * All writes or none, in their order, durable when it resolves. Rejects with a `StoreFault` when nothing was written; after a
   * crash before either, all of them or none are there.
   */
  readonly commit: (writes: readonly RawWrite[]) => Promise<void>;
  /** Waits for what is under way. Afterwards reads and commits reject with a `StoreFault`; closing again does nothing. */
  readonly close: () => Promise<void>;
}
