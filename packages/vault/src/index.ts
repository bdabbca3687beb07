// The entry of @halqa/vault: the encrypted store of a device (docs/spec/vault.md).

export { changePassphrase, openVault, type VaultError } from "./open-vault.ts";
export { RAW_KEY_LENGTH, type RawStore, type RawWrite } from "./raw-store.ts";
export { SLOT_LENGTH, type Slot, type SlotWrite } from "./slot.ts";
export { StoreFault, type StoreFaultKind } from "./store-fault.ts";
export type { RecordRef, VaultStore } from "./store.ts";
