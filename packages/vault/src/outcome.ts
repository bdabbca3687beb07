// How opening and changing a vault can end (docs/spec/vault.md, the table of outcomes).

import { err, type Result } from "@halqa/bytes";
import { StoreFault } from "./store-fault.ts";

/**
 * `wrong-key-or-tampered`: the passphrase is another, or header, slot or both are damaged or foreign; which, nobody is told.
 * `passphrase-needed`: the vault is whole and has a passphrase, and none was given. `out-of-memory`: the passphrase cannot be
 * tried on this device now. `weak-passphrase`: the one to be set is among the first that anybody tries.
 */
export interface UnlockError {
  readonly kind:
    | "wrong-key-or-tampered"
    | "passphrase-needed"
    | "out-of-memory"
    | "weak-passphrase";
}

/**
 * Beside these, `damaged`: the passphrase is right, and what must stand in the store is missing, changed or older than the
 * slot. `full` and `unavailable`: the store or the slot failed.
 */
export interface VaultError {
  readonly kind: UnlockError["kind"] | "damaged" | "full" | "unavailable";
}

export const wrongKeyOrTampered: UnlockError = {
  kind: "wrong-key-or-tampered",
};

/** Runs what may meet a failing store, and gives the failure as an outcome. */
export async function withFaultsAsOutcomes<T>(
  run: () => Promise<Result<T, VaultError>>,
): Promise<Result<T, VaultError>> {
  try {
    return await run();
  } catch (fault) {
    if (!(fault instanceof StoreFault)) throw fault;
    if (fault.kind === "tampered") return err(wrongKeyOrTampered);
    return err({ kind: fault.kind });
  }
}
