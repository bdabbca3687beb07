// What an open vault is to its user: records by plain name. It has the shape of the engine's store port, which this package
// does not import.

export interface RecordRef {
  readonly store: string;
  readonly id: string;
}

export interface RecordWrite {
  readonly ref: RecordRef;
  /** Undefined deletes; deleting what is not there is no fault. */
  readonly value: Uint8Array | undefined;
}

export interface VaultStore {
  /** One answer for each reference, in their order. Rejects with a `StoreFault`; `tampered` when any record is not as it was written. */
  readonly read: (
    refs: readonly RecordRef[],
  ) => Promise<readonly (Uint8Array | undefined)[]>;
  /** All writes or none, in their order, durable when it resolves; rejects with a `StoreFault` when nothing was written. */
  readonly commit: (writes: readonly RecordWrite[]) => Promise<void>;
  readonly close: () => Promise<void>;
}
