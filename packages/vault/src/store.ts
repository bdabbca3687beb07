// What an open vault is to its user: records by plain name. It has the shape of the engine's store port, which this package
// does not import.

import type { Result } from "@halqa/bytes";
import type { VaultError } from "./outcome.ts";

export interface RecordRef {
  readonly store: string;
  readonly id: string;
}

export interface RecordWrite {
  readonly ref: RecordRef;
  /** Undefined deletes; deleting what is not there is no fault. */
  readonly value: Uint8Array | undefined;
  /** The last day, counted from 1970 in UTC, on which the value may be read. A day that is over stores nothing. */
  readonly expires?: number | undefined;
  /** Everything that the group of this record replaced or deleted so far becomes unreadable with this commit. */
  readonly renews?: boolean | undefined;
}

export interface VaultStore {
  /** One answer for each reference, in their order. Rejects with a `StoreFault`; `tampered` when any record is not as it was written. */
  readonly read: (
    refs: readonly RecordRef[],
  ) => Promise<readonly (Uint8Array | undefined)[]>;
  /** Like `read`, but what expires is answered as what is not there. */
  readonly readLasting: VaultStore["read"];
  /** All writes or none, in their order, durable when it resolves; rejects with a `StoreFault` when nothing was written. */
  readonly commit: (writes: readonly RecordWrite[]) => Promise<void>;
  /**
   * Destroys the keys under which replaced and deleted state still stands on old images of the disk, and those of the days
   * before `today`. Rejects with a `StoreFault` where that failed; what was not renewed then is as it was.
   */
  readonly renew: (today: number) => Promise<void>;
  /** Renews where it can, and closes. */
  readonly close: () => Promise<void>;
}

export interface Vault extends VaultStore {
  /** Another passphrase, or none, for the vault while it is open. Cut off by a crash, either the old one holds or the next. */
  readonly changePassphrase: (change: {
    readonly passphrase: string | undefined;
    readonly nextPassphrase: string | undefined;
  }) => Promise<Result<undefined, VaultError>>;
}
