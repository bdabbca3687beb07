// The entry of @halqa/vault: the encrypted store of a device (docs/spec/vault.md).

export { destroyVault } from "./destroy-vault.ts";
export { changePassphrase, hasVault, openVault } from "./open-vault.ts";
export type { VaultError } from "./outcome.ts";
export { isStrongEnough } from "./passphrase-floor.ts";
export { RAW_KEY_LENGTH, type RawStore, type RawWrite } from "./raw-store.ts";
export { SLOT_LENGTH, type Slot, type SlotWrite } from "./slot.ts";
export { StoreFault, type StoreFaultKind } from "./store-fault.ts";
export type { RecordRef, RecordWrite, Vault, VaultStore } from "./store.ts";
