// What is read from the environment alone.

/** Secrets never stand in a call's words: every user of the machine sees those. */
export type SecretName =
  | "HALQA_PASSPHRASE"
  | "HALQA_NEW_PASSPHRASE"
  | "HALQA_BACKUP_PASSPHRASE"
  | "HALQA_RECOVERY_WORDS"
  | "HALQA_RELAY_ACCESS";
