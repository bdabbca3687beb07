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
  /**
   * The last day, counted from 1970 in UTC, on which the value may be read. Afterwards `renew` destroys its key and it reads as
   * a record that is not there; it is never answered to `readLasting`.
   */
  readonly expires?: number | undefined;
  /**
   * What stood here before holds keys that were used up: with this transaction the store makes everything unreadable that it
   * replaced or deleted in the circle before (docs/spec/vault.md, "Renewal").
   */
  readonly renews?: boolean | undefined;
}

export interface Store {
  /** One answer for each reference, in their order; undefined where there is no record. */
  read: (
    refs: readonly RecordRef[],
  ) => Promise<readonly (Uint8Array | undefined)[]>;
  /** All or nothing, in the order of the writes, and durable when it resolves; rejects when nothing was written. */
  commit: (writes: readonly Write[]) => Promise<void>;
  /** Like `read`, but what expires is answered as what is not there: for backups, which must not hold it. */
  readLasting?: Store["read"];
  /**
   * Makes unreadable, on every image of the disk, what was replaced or deleted until now and what expired before `today` (days
   * since 1970, UTC). For every ten minutes, and before the device is locked, hidden or closed.
   */
  renew?: (today: number) => Promise<void>;
  close: () => Promise<void>;
}
