/**
 * Where the engine keeps what it must not lose (docs/spec/engine.md, EN-3, EN-6, EN-10). Records are asked for by name; there
 * is no listing and no range, so that a store may keep its keys as hashes. Names never reach a disk in clear: that is
 * the vault's work (docs/spec/vault.md).
 */

/** A plain name such as `{ store: "item", id: "<circle>/17" }`. */
export interface RecordRef {
  readonly store: string;
  readonly id: string;
}

export interface Write {
  readonly ref: RecordRef;
  /** Undefined deletes the record; deleting what is not there is no fault. */
  readonly value: Uint8Array | undefined;
}

export interface Store {
  /** One answer for each reference, in their order; undefined where there is no record. */
  read: (
    refs: readonly RecordRef[],
  ) => Promise<readonly (Uint8Array | undefined)[]>;
  /** All or nothing, in the order of the writes, and durable when it resolves; rejects when nothing was written. */
  commit: (writes: readonly Write[]) => Promise<void>;
  close: () => Promise<void>;
}
