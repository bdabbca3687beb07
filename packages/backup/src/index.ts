// The entry of @halqa/backup: backup files, recovery words and generated passphrases (docs/spec/backup.md).

export type { BackupEntry, CircleEntry } from "./entry.ts";
export type { BackupKey } from "./file-header.ts";
export { generatePassphrase } from "./generated-passphrase.ts";
export { createBackupReader, type BackupError } from "./read-backup.ts";
export {
  createRecoveryKey,
  decodeRecoveryWords,
  encodeRecoveryWords,
} from "./recovery-words.ts";
export { createBackupWriter } from "./write-backup.ts";
