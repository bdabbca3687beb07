// Opens what this browser keeps, as far as it can be opened now: nothing there yet, locked, open, or not to be opened
// (docs/spec/app.md, AP-16, AP-73). Storage is opened here and nowhere else.

import { createSystemRandom, ready } from "@halqa/crypto";
import { storeLayout } from "@halqa/engine";
import {
  eraseBrowserStorage,
  openBrowserStorage,
  type BrowserStorage,
} from "@halqa/storage-idb";
import {
  destroyVault,
  hasVault,
  openVault,
  StoreFault,
  type Vault,
  type VaultError,
} from "@halqa/vault";
import { err, ok, type Result } from "@halqa/bytes";
import type { EngineFault } from "../client/engine-host.ts";
import type { LockedBecause, QuickKey, Secret } from "../client/keeper.ts";
import { shutAway, type Gate } from "./gate.ts";
import { openQuickUnlock, readQuickKey } from "./quick-unlock.ts";

const STORAGE = "halqa";

/** The open vault of this browser. */
export interface Device {
  readonly storage: Place;
  readonly vault: Vault;
  hasPassphrase: boolean;
}

export interface Place {
  readonly raw: BrowserStorage["raw"];
  readonly slot: BrowserStorage["slot"];
  /** What the vault is given instead of them, so that it can be cut off. */
  readonly gate: Gate;
}

export type Opened =
  | { readonly kind: "open"; readonly device: Device }
  /** No keys were ever made here. */
  | { readonly kind: "new"; readonly place: Place }
  | {
      readonly kind: "locked";
      readonly because: LockedBecause;
      readonly quickKey: QuickKey | undefined;
    }
  | { readonly kind: "failed"; readonly because: EngineFault };

/** Opens the vault, makes none, and leaves nothing open unless it answers with it. */
export async function openDevice(secret: Secret | undefined): Promise<Opened> {
  try {
    const place = await openPlace();
    if (place === undefined) return { kind: "failed", because: "no-storage" };
    if (!(await hasVault(place.raw, place.slot))) return { kind: "new", place };
    const opened = await openFound(place, secret);
    if (opened.kind !== "open") await place.raw.close();
    return opened;
  } catch (fault) {
    if (!(fault instanceof StoreFault)) throw fault;
    return { kind: "failed", because: "no-storage" };
  }
}

async function openPlace(): Promise<Place | undefined> {
  await ready;
  const storage = await openBrowserStorage(STORAGE);
  if (!storage.ok) return undefined;
  const { raw, slot } = storage.value;
  return { raw, slot, gate: shutAway(raw, slot) };
}

async function openFound(
  place: Place,
  secret: Secret | undefined,
): Promise<Opened> {
  const { raw } = place;
  const passphrase = await passphraseOf(raw, secret);
  const isRefused = secret !== undefined && passphrase === undefined;
  const vault = isRefused ? undefined : await makeOrOpen(place, passphrase);
  if (vault?.ok === true) return { kind: "open", device: vault.value };
  const because = vault && notLockedBecause(vault.error.kind, secret);
  if (because !== undefined) return { kind: "failed", because };
  const quickKey = await readQuickKey(raw);
  const isMemory = vault?.error.kind === "out-of-memory";
  return {
    kind: "locked",
    because: isMemory ? "out-of-memory" : lockedBecause(secret),
    quickKey,
  };
}

function passphraseOf(
  raw: Place["raw"],
  secret: Secret | undefined,
): Promise<string | undefined> {
  return secret?.by === "quick-unlock"
    ? openQuickUnlock(raw, secret.output)
    : Promise.resolve(secret?.passphrase);
}

/** Why no passphrase helps; undefined where one does. */
function notLockedBecause(
  kind: VaultError["kind"],
  secret: Secret | undefined,
): EngineFault | undefined {
  switch (kind) {
    case "passphrase-needed":
    case "out-of-memory":
      return undefined;
    case "wrong-key-or-tampered":
    case "weak-passphrase":
      return secret === undefined ? "not-opened" : undefined;
    case "damaged":
      return "not-opened";
    case "full":
    case "unavailable":
      return "no-storage";
  }
}

function lockedBecause(secret: Secret | undefined): LockedBecause {
  if (secret === undefined) return undefined;
  return secret.by === "quick-unlock" ? "quick-unlock" : "wrong-passphrase";
}

/** The vault at a place; made where there is none. */
export async function makeOrOpen(
  place: Place,
  passphrase: string | undefined,
): Promise<Result<Device, VaultError>> {
  const { raw, slot } = place.gate;
  const random = createSystemRandom();
  const options = { slot, random, passphrase, ...storeLayout };
  const vault = await openVault(raw, options);
  if (!vault.ok) return vault;
  const hasPassphrase = passphrase !== undefined;
  return ok({ storage: place, vault: vault.value, hasPassphrase });
}

/** Takes away everything that the storage holds and begins a new one, without keys. */
export async function renewPlace(
  before: Place,
): Promise<Result<Place, undefined>> {
  await before.raw.close();
  const erased = await eraseBrowserStorage(STORAGE);
  const place = erased.ok ? await openPlace() : undefined;
  return place === undefined ? err(undefined) : ok(place);
}

/** Destroys the keys, then what they sealed (VA-55). Whoever has the vault open can write nothing more from the first step on. */
export async function destroyDevice(place: Place | undefined): Promise<void> {
  await ready;
  if (place !== undefined) {
    await place.gate.shut();
    const { raw, slot } = place;
    await destroyVault(raw, { slot, random: createSystemRandom() });
    await raw.close();
  }
  await eraseBrowserStorage(STORAGE);
}
