// A vault on a disk in memory, for tests: what is drawn, what is opened, what comes out.

import type { Result } from "@halqa/bytes";
import { ARGON2ID_FLOOR, type RandomBytes } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { createMemoryDisk, type MemoryDisk } from "@halqa/testkit/storage";
import {
  changePassphrase,
  openVault,
  type RecordRef,
  type Vault,
  type VaultError,
} from "@halqa/vault";

export interface VaultWorld {
  readonly disk: MemoryDisk;
  /** Everything drawn so far. */
  readonly drawn: readonly Uint8Array[];
  readonly open: (
    passphrase?: string,
    expects?: readonly RecordRef[],
  ) => Promise<Result<Vault, VaultError>>;
  readonly change: (
    from: string | undefined,
    to: string | undefined,
  ) => Promise<Result<undefined, VaultError>>;
}

/** Everything else is state. */
const archives = ["item", "canary-items"];

/** An empty disk and randomness of its own. Passphrases cost the least that is accepted. */
export function createVaultWorld(seed: string): VaultWorld {
  const disk = createMemoryDisk();
  const { bytes } = createSeededRandom(seed);
  const drawn: Uint8Array[] = [];
  const random: RandomBytes = (length) => {
    const drawing = bytes(length);
    drawn.push(drawing.slice());
    return drawing;
  };
  const access = { slot: disk.slot, random, cost: ARGON2ID_FLOOR };
  return {
    disk,
    drawn,
    open: (passphrase, expects) =>
      openVault(disk.openRaw(), { ...access, archives, passphrase, expects }),
    change: (passphrase, nextPassphrase) =>
      changePassphrase(disk.openRaw(), {
        ...access,
        passphrase,
        nextPassphrase,
      }),
  };
}

/** The value of an outcome that has to be good. */
export function valueOf<T>(result: Result<T, { readonly kind: string }>): T {
  if (!result.ok) throw new Error(`unexpected outcome: ${result.error.kind}`);
  return result.value;
}

/** The kind of error, or "ok". */
export function kindOf(
  result: Result<unknown, { readonly kind: string }>,
): string {
  return result.ok ? "ok" : result.error.kind;
}

/** A copy with one bit of one byte turned. */
export function flipAt(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[at]! ^= 1 << (at % 8);
  return flipped;
}
