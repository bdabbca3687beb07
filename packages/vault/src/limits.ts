// Bounds of the vault, each with its reason (docs/spec/vault.md, "Bounds").

/** The longest value: a group of 1,000 devices, its tree and its past epochs, is well below; a larger one is a mistake. */
export const MAX_VALUE_LENGTH = 8 * 1024 * 1024;

/** Longest name of a store, in bytes. Names are constants of the code. */
export const MAX_STORE_NAME_LENGTH = 32;

/** How many archives an opening may name: each keeps its key in memory. */
export const MAX_STORES = 64;

/** Longest id of a record, in bytes: a few hashes in text and the separators between them. */
export const MAX_RECORD_ID_LENGTH = 512;

/** Longest passphrase, in bytes: beyond any sentence that a person types. */
export const MAX_PASSPHRASE_LENGTH = 1024;

/** Commits of a group after which its key is renewed: what stood in the group before is readable for no longer. */
export const RENEW_AFTER_COMMITS = 100;

/** Groups with a key of their own: circles of a device, and what is not of a circle. All their keys stand in one record. */
export const MAX_GROUPS = 1024;

/** Living records of a group: a renewal seals all of them anew. Beyond it somebody keeps an archive among the state. */
export const MAX_GROUP_RECORDS = 4096;

/** Days with a key of their own: some of the past and ten years of those to come. */
export const MAX_DAYS = 4096;

/** Groups that one renewal takes together: it holds their records in memory. */
export const MAX_RENEWED_TOGETHER = 16;
