// Opening, making and re-locking a vault (docs/spec/vault.md, "Opening"). The order of the writes is the point: whatever a crash
// cuts off, the next opening finds one vault, whole.

import { assertInvariant, err, ok, type Result } from "@halqa/bytes";
import {
  ready,
  type Argon2idParameters,
  type RandomBytes,
} from "@halqa/crypto";
import { groupOf, nameOf } from "./group-ledger.ts";
import { DATA_KEY_LENGTH, headerPlace } from "./header.ts";
import { emptyPage, openPage, pagePlace, putPage } from "./key-page.ts";
import type { KeyPage } from "./key-page.ts";
import { MAX_STORES } from "./limits.ts";
import {
  withFaultsAsOutcomes,
  wrongKeyOrTampered,
  type UnlockError,
  type VaultError,
} from "./outcome.ts";
import type { RawStore } from "./raw-store.ts";
import { loadGroups, type Session } from "./session.ts";
import {
  otherHalf,
  putHalf,
  readSlotState,
  SLOT_SECRET_LENGTH,
  wipeHalf,
  type SlotState,
  type WholeHalf,
} from "./slot-halves.ts";
import type { Slot, SlotWrite } from "./slot.ts";
import { StoreFault } from "./store-fault.ts";
import type { RecordRef, Vault } from "./store.ts";
import { lockDataKey, unlock } from "./unlock.ts";
import { deriveVaultKeys } from "./vault-keys.ts";
import { createVaultStore } from "./vault-store.ts";

export interface VaultAccess {
  readonly slot: Slot;
  readonly random: RandomBytes;
  readonly passphrase?: string | undefined;
  /** What a new passphrase costs to try; the default of `@halqa/crypto` unless told. */
  readonly cost?: Argon2idParameters | undefined;
}

export interface OpenOptions extends VaultAccess {
  /** Stores whose records are many and stay: they keep one key. All others are state, which is sealed anew again and again. */
  readonly archives?: readonly string[] | undefined;
  /** Records of state without which the vault is `damaged`, once they were written. */
  readonly expects?: readonly RecordRef[] | undefined;
}

/**
 * Opens the vault, or makes it where neither store nor slot holds a finished one. The caller sees to it that nobody else has the
 * same store and slot open, and names the same archives each time.
 */
export function openVault(
  raw: RawStore,
  options: OpenOptions,
): Promise<Result<Vault, VaultError>> {
  return withFaultsAsOutcomes(async () => {
    const { slot, archives = [] } = options;
    assertInvariant(archives.length <= MAX_STORES, "too many archives");
    const found = await findVault(raw, slot);
    const isNew = found.header === undefined && found.slotState.unfinished;
    const known = isNew
      ? await makeVault(raw, options)
      : await unlockFound(raw, found, options);
    if (!known.ok) return known;
    const session = createSession(raw, options, known.value);
    const isWhole = await hasExpected(session, options.expects ?? []);
    return isWhole
      ? ok(createVault(session, options))
      : err({ kind: "damaged" });
  });
}

/** Whether there is a vault to open, or what is left of one: false exactly where opening would make one (VA-4). Rejects with a `StoreFault`. */
export async function hasVault(raw: RawStore, slot: Slot): Promise<boolean> {
  const { header, slotState } = await findVault(raw, slot);
  return header !== undefined || !slotState.unfinished;
}

/**
 * Gives a vault another passphrase, or none; one that is open gives it itself. The data key stays; the lock secret of the slot is
 * replaced, so an older header opens with no passphrase any more. Cut off by a crash, either the old one holds or the new.
 */
export function changePassphrase(
  raw: RawStore,
  access: VaultAccess & { readonly nextPassphrase: string | undefined },
): Promise<Result<undefined, VaultError>> {
  return withFaultsAsOutcomes(async () => {
    const found = await findVault(raw, access.slot);
    const known = await unlockFound(raw, found, access);
    if (!known.ok) return known;
    const { dataKey, half } = known.value;
    const next: WholeHalf = {
      index: otherHalf(half.index),
      lockSecret: access.random(SLOT_SECRET_LENGTH),
      stateSecret: half.stateSecret,
    };
    return install(raw, { ...access, dataKey, half: next });
  });
}

interface Found {
  readonly header: Uint8Array | undefined;
  readonly slotState: SlotState;
}

/** What opening a vault leads to. */
interface Known {
  readonly dataKey: Uint8Array;
  /** The half of the slot in force. */
  readonly half: WholeHalf;
  readonly page: KeyPage;
}

async function findVault(raw: RawStore, slot: Slot): Promise<Found> {
  await ready;
  const [header] = await raw.read([headerPlace()]);
  return { header, slotState: readSlotState(await slot.read()) };
}

async function unlockFound(
  raw: RawStore,
  { header, slotState }: Found,
  { slot, random, passphrase }: VaultAccess,
): Promise<Result<Known, VaultError>> {
  if (header === undefined) return err(wrongKeyOrTampered);
  const unlocked = unlock(header, slotState, passphrase);
  if (!unlocked.ok) return unlocked;
  const { dataKey, halves } = unlocked.value;
  const keys = deriveVaultKeys(dataKey);
  const [record] = await raw.read([pagePlace(keys)]);
  for (const half of halves) {
    const page = record && openPage(record, keys, half.stateSecret);
    if (page === undefined) continue;
    // A crash came before the last step of making the vault, of a change or of a renewal: do it now.
    if (slotState.unfinished || slotState.whole.length > 1)
      await slot.write(wipeHalf(otherHalf(half.index), random));
    return ok({ dataKey, half, page });
  }
  return err({ kind: "damaged" });
}

async function makeVault(
  raw: RawStore,
  access: VaultAccess,
): Promise<Result<Known, VaultError>> {
  const { random } = access;
  const dataKey = random(DATA_KEY_LENGTH);
  const half: WholeHalf = {
    index: 0,
    lockSecret: random(SLOT_SECRET_LENGTH),
    stateSecret: random(SLOT_SECRET_LENGTH),
  };
  const installed = await install(raw, {
    ...access,
    nextPassphrase: access.passphrase,
    dataKey,
    half,
    page: emptyPage,
  });
  return installed.ok ? ok({ dataKey, half, page: emptyPage }) : installed;
}

// New half, header that goes by it, old half destroyed: between any two of these steps, the header says which half holds.
async function install(
  raw: RawStore,
  input: VaultAccess & {
    readonly nextPassphrase: string | undefined;
    readonly dataKey: Uint8Array;
    readonly half: WholeHalf;
    /** With the first header, the first page. */
    readonly page?: KeyPage;
  },
): Promise<Result<undefined, UnlockError>> {
  const { slot, random, half, dataKey, cost, page } = input;
  const { lockSecret, stateSecret } = half;
  const header = lockDataKey({
    dataKey,
    slotSecret: lockSecret,
    passphrase: input.nextPassphrase,
    cost,
    random,
  });
  if (!header.ok) return header;
  const keys = deriveVaultKeys(dataKey);
  await slot.write(putHalf(half));
  await raw.commit([
    { key: headerPlace(), value: header.value },
    ...(page ? [putPage({ page, keys, stateSecret, random })] : []),
  ]);
  await wipeOrLeave(slot, wipeHalf(otherHalf(half.index), random));
  return ok(undefined);
}

/** The header is there: what it says holds, and the next opening does what could not be done now. */
async function wipeOrLeave(slot: Slot, wipe: SlotWrite): Promise<void> {
  try {
    await slot.write(wipe);
  } catch (fault) {
    if (!(fault instanceof StoreFault)) throw fault;
  }
}

function createSession(
  raw: RawStore,
  { slot, random, archives }: OpenOptions,
  { dataKey, half, page }: Known,
): Session {
  const archived = new Set(archives);
  return {
    raw,
    slot,
    random,
    keys: deriveVaultKeys(dataKey),
    isArchive: (store) => archived.has(store),
    stateSecret: half.stateSecret,
    page,
    groups: new Map(),
    mustWipe: false,
  };
}

function createVault(session: Session, access: VaultAccess): Vault {
  const { inTurn, ...store } = createVaultStore(session);
  return {
    ...store,
    changePassphrase: (change) =>
      withFaultsAsOutcomes(() =>
        inTurn(() => {
          // Whatever becomes of it: what the slot holds too much goes with the next call.
          session.mustWipe = true;
          return changePassphrase(session.raw, { ...access, ...change });
        }),
      ),
  };
}

/** Whether what was ever written of these stands there: to begin anew in its place would be a new identity in silence. */
async function hasExpected(
  session: Session,
  refs: readonly RecordRef[],
): Promise<boolean> {
  try {
    await loadGroups(session, refs.map(groupOf));
  } catch (fault) {
    if (fault instanceof StoreFault && fault.kind === "tampered") return false;
    throw fault;
  }
  const written = refs.filter(
    (ref) => session.groups.get(groupOf(ref))?.living.has(nameOf(ref)) === true,
  );
  const places = written.map((ref) => session.keys.placeOf(ref));
  const records = await session.raw.read(places);
  return records.every((record) => record !== undefined);
}
