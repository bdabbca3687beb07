// Opening, making and re-locking a vault (docs/spec/vault.md, "Opening"). The order of the writes is the point: whatever a crash
// cuts off, the next opening finds one vault, whole.

import { err, ok, type Result } from "@halqa/bytes";
import {
  ready,
  type Argon2idParameters,
  type RandomBytes,
} from "@halqa/crypto";
import { DATA_KEY_LENGTH, headerPlace } from "./header.ts";
import type { RawStore } from "./raw-store.ts";
import {
  otherHalf,
  putHalf,
  readSlotState,
  SLOT_SECRET_LENGTH,
  wipeHalf,
  type SlotState,
  type WholeHalf,
} from "./slot-halves.ts";
import type { Slot } from "./slot.ts";
import { StoreFault } from "./store-fault.ts";
import type { VaultStore } from "./store.ts";
import {
  lockDataKey,
  unlock,
  wrongKeyOrTampered,
  type Unlocked,
  type UnlockError,
} from "./unlock.ts";
import { createVaultStore } from "./vault-store.ts";

export interface VaultAccess {
  readonly slot: Slot;
  readonly random: RandomBytes;
  readonly passphrase?: string | undefined;
  /** What a new passphrase costs to try; the default of `@halqa/crypto` unless told. */
  readonly cost?: Argon2idParameters | undefined;
}

/**
 * `wrong-key-or-tampered`: the passphrase is another, or header, slot or both are damaged or foreign; which, nobody is told.
 * `passphrase-needed`: the vault is whole and has a passphrase, and none was given. `out-of-memory`: the passphrase cannot be
 * tried on this device now. `full` and `unavailable`: the store or the slot failed.
 */
export interface VaultError {
  readonly kind: UnlockError["kind"] | "full" | "unavailable";
}

/**
 * Opens the vault, or makes it where neither store nor slot holds a finished one. The caller sees to it that nobody else has the
 * same store and slot open.
 */
export function openVault(
  raw: RawStore,
  access: VaultAccess,
): Promise<Result<VaultStore, VaultError>> {
  return withFaultsAsOutcomes(async () => {
    const { slot, random } = access;
    const found = await findVault(raw, slot);
    if (found.header === undefined && found.slotState.unfinished) {
      return makeVault(raw, access);
    }
    const unlocked = await unlockFound(found, access);
    if (!unlocked.ok) return unlocked;
    return ok(createVaultStore(raw, unlocked.value.dataKey, random));
  });
}

/**
 * Gives the vault another passphrase, or none. The data key stays, so an open `VaultStore` goes on; the secret of the slot is
 * replaced, so an older header opens with no passphrase any more. Cut off by a crash, either the old one holds or the new.
 */
export function changePassphrase(
  raw: RawStore,
  access: VaultAccess & { readonly nextPassphrase: string | undefined },
): Promise<Result<undefined, VaultError>> {
  return withFaultsAsOutcomes(async () => {
    const found = await findVault(raw, access.slot);
    const unlocked = await unlockFound(found, access);
    if (!unlocked.ok) return unlocked;
    const { dataKey, half } = unlocked.value;
    const next: WholeHalf = {
      index: otherHalf(half.index),
      secret: access.random(SLOT_SECRET_LENGTH),
    };
    return install(raw, { ...access, dataKey, half: next });
  });
}

interface Found {
  readonly header: Uint8Array | undefined;
  readonly slotState: SlotState;
}

async function findVault(raw: RawStore, slot: Slot): Promise<Found> {
  await ready;
  const [header] = await raw.read([headerPlace()]);
  return { header, slotState: readSlotState(await slot.read()) };
}

async function unlockFound(
  { header, slotState }: Found,
  { slot, random, passphrase }: VaultAccess,
): Promise<Result<Unlocked, UnlockError>> {
  if (header === undefined) return err(wrongKeyOrTampered);
  const unlocked = unlock(header, slotState, passphrase);
  if (!unlocked.ok) return unlocked;
  // A crash came before the last step of making the vault or of a change: do it now.
  if (slotState.unfinished || slotState.whole.length > 1) {
    await slot.write(wipeHalf(otherHalf(unlocked.value.half.index), random));
  }
  return unlocked;
}

async function makeVault(
  raw: RawStore,
  access: VaultAccess,
): Promise<Result<VaultStore, VaultError>> {
  const { random } = access;
  const dataKey = random(DATA_KEY_LENGTH);
  const half: WholeHalf = {
    index: 0,
    secret: random(SLOT_SECRET_LENGTH),
  };
  const installed = await install(raw, {
    ...access,
    nextPassphrase: access.passphrase,
    dataKey,
    half,
  });
  if (!installed.ok) return installed;
  return ok(createVaultStore(raw, dataKey, random));
}

// New half, header that goes by it, old half destroyed: between any two of these steps, the header says which half holds.
async function install(
  raw: RawStore,
  input: VaultAccess & {
    readonly nextPassphrase: string | undefined;
    readonly dataKey: Uint8Array;
    readonly half: WholeHalf;
  },
): Promise<Result<undefined, UnlockError>> {
  const { slot, random, half, dataKey, cost } = input;
  const header = lockDataKey({
    dataKey,
    slotSecret: half.secret,
    passphrase: input.nextPassphrase,
    cost,
    random,
  });
  if (!header.ok) return header;
  await slot.write(putHalf(half));
  await raw.commit([{ key: headerPlace(), value: header.value }]);
  await slot.write(wipeHalf(otherHalf(half.index), random));
  return ok(undefined);
}

async function withFaultsAsOutcomes<T>(
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
