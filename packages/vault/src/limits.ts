// Bounds of the vault, each with its reason (docs/spec/vault.md, "Bounds").

/** The longest value: a group of 1,000 devices, its tree and its past epochs, is well below; a larger one is a mistake. */
export const MAX_VALUE_LENGTH = 8 * 1024 * 1024;

/** Longest name of a store, in bytes. Names are constants of the code. */
export const MAX_STORE_NAME_LENGTH = 32;

/** How many stores one session may name: each keeps its key in memory. */
export const MAX_STORES = 64;

/** Longest id of a record, in bytes: a few hashes in text and the separators between them. */
export const MAX_RECORD_ID_LENGTH = 512;

/** Longest passphrase, in bytes: beyond any sentence that a person types. */
export const MAX_PASSPHRASE_LENGTH = 1024;
