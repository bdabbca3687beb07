// The erasure slot: a place of a few bytes that can be overwritten where they stand (docs/spec/vault.md, "The slot"). A
// database keeps what it deletes until it tidies up; what only such a place held is gone when it is overwritten.

/** Two blocks of 4,096 bytes: what a disk writes at once, so that a cut while one is written leaves the other alone. */
export const SLOT_LENGTH = 8192;

export interface SlotWrite {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface Slot {
  /** All `SLOT_LENGTH` bytes, zeros where nothing was written yet; undefined where there is no slot so far. */
  readonly read: () => Promise<Uint8Array | undefined>;
  /**
   * Overwrites in place, makes the slot where there is none, and is durable when it resolves. A crash on the way may leave any
   * bytes in the block written to, and none in the other. Rejects with a `StoreFault`.
   */
  readonly write: (write: SlotWrite) => Promise<void>;
}
