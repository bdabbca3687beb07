// What a store rejects with. The port answers bytes and has no place for an outcome, so the outcome travels as the reason of
// the rejection: a kind and nothing else, because a message with a name in it ends in somebody's log.

/**
 * `tampered`: a record is not what was written there. `full`: the device has no room. `unavailable`: the store is closed or the
 * device failed.
 */
export type StoreFaultKind = "tampered" | "full" | "unavailable";

export class StoreFault extends Error {
  override readonly name = "StoreFault";
  readonly kind: StoreFaultKind;

  constructor(kind: StoreFaultKind) {
    super(kind);
    this.kind = kind;
  }
}
