// Bounds of a backup, each with its reason (docs/spec/backup.md, "Bounds").

/** The longest entry: a list's item with everything in it is below; it bounds what a reader holds. */
export const MAX_ENTRY_LENGTH = 1024 * 1024;

/** Circles of one person on one device, and some that were left. */
export const MAX_CIRCLES = 1024;

/** Settings of a device: words of the code. */
export const MAX_SETTINGS = 256;

/** People of one circle whom somebody compared safety numbers with. */
export const MAX_MARKS = 4096;

/** Relays of one circle. */
export const MAX_RELAYS = 16;

/** Longest name of a setting, in bytes. */
export const MAX_SETTING_NAME_LENGTH = 64;

/** Longest passphrase, in bytes: beyond any sentence that a person types. */
export const MAX_PASSPHRASE_LENGTH = 1024;
