// The beginning of a backup file (docs/spec/backup.md, "The file"): how its key is made, and the stream's own header. All of it goes
// into the key or into every chunk, so that nothing of it can be changed.
//
//   prefix = uint8(version) || uint8(protection) || uint32(passes) || uint32(memory in KiB) || salt (16)
//   header = prefix || header of the stream (24)

import {
  concatBytes,
  encode,
  encodeUtf8,
  err,
  ok,
  writeBytes,
  writeU32,
  writeU8,
  type Result,
} from "@halqa/bytes";
import {
  ARGON2ID_DEFAULT,
  blake2b,
  checkArgon2idParameters,
  deriveArgon2id,
  labels,
  type Argon2idParameters,
} from "@halqa/crypto";
import { MAX_PASSPHRASE_LENGTH } from "./limits.ts";

/** What opens a file: recovery words, a passphrase, or a key that was given to one device. */
export type BackupKey =
  | { readonly by: "words"; readonly key: Uint8Array }
  | {
      readonly by: "passphrase";
      readonly passphrase: string;
      /** For a new file; the default of `@halqa/crypto` unless told. */
      readonly cost?: Argon2idParameters | undefined;
    }
  | { readonly by: "device"; readonly key: Uint8Array };

/**
 * `unsupported-version`: an older or newer program made it, or it is no backup. `other-protection`: it is opened by another kind of
 * key. `refused-parameters`: its passphrase would be cheap to guess or too dear to try, which no file of ours says.
 */
export interface HeaderError {
  readonly kind:
    | "unsupported-version"
    | "other-protection"
    | "refused-parameters"
    | "out-of-memory"
    | "wrong-key-or-tampered";
}

export const SALT_LENGTH = 16;
export const PREFIX_LENGTH = 1 + 1 + 4 + 4 + SALT_LENGTH;
export const STREAM_HEADER_LENGTH = 24;
export const FILE_HEADER_LENGTH = PREFIX_LENGTH + STREAM_HEADER_LENGTH;

const VERSION = 1;
const PROTECTIONS: readonly BackupKey["by"][] = [
  "words",
  "passphrase",
  "device",
];
const FIRST_PROTECTION = 1;
const KEY_LENGTH = 32;

/** The prefix of a new file. */
export function encodePrefix(key: BackupKey, salt: Uint8Array): Uint8Array {
  const cost =
    key.by === "passphrase" ? (key.cost ?? ARGON2ID_DEFAULT) : undefined;
  return encode((w) => {
    writeU8(w, VERSION);
    writeU8(w, PROTECTIONS.indexOf(key.by) + FIRST_PROTECTION);
    writeU32(w, cost?.passes ?? 0);
    writeU32(w, cost?.memoryKiB ?? 0);
    writeBytes(w, salt);
  });
}

/** The key of the file that begins with this prefix: any bytes of its length. */
export function deriveFileKey(
  key: BackupKey,
  prefix: Uint8Array,
): Result<Uint8Array, HeaderError> {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.length);
  if (view.getUint8(0) !== VERSION) return err({ kind: "unsupported-version" });
  const protection = PROTECTIONS[view.getUint8(1) - FIRST_PROTECTION];
  if (protection === undefined) return err({ kind: "unsupported-version" });
  if (protection !== key.by) return err({ kind: "other-protection" });
  const cost = { passes: view.getUint32(2), memoryKiB: view.getUint32(6) };
  const salt = prefix.slice(PREFIX_LENGTH - SALT_LENGTH);
  const secret = secretOf(key, { cost, salt });
  if (!secret.ok) return secret;
  const data = concatBytes(encodeUtf8(labels.backupFileKey), prefix);
  return ok(blake2b({ key: secret.value, length: KEY_LENGTH }, data));
}

/** What every chunk of the file is bound to. */
export function chunkContext(header: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8(labels.backupFileKey), header);
}

function secretOf(
  key: BackupKey,
  {
    cost,
    salt,
  }: { readonly cost: Argon2idParameters; readonly salt: Uint8Array },
): Result<Uint8Array, HeaderError> {
  if (key.by !== "passphrase") {
    const isBlank = cost.passes === 0 && cost.memoryKiB === 0;
    return isBlank ? ok(key.key) : err({ kind: "refused-parameters" });
  }
  if (checkArgon2idParameters(cost) !== undefined)
    return err({ kind: "refused-parameters" });
  // Keyboards compose the same words differently.
  const text = key.passphrase.toWellFormed().normalize("NFKC");
  const passphrase = encodeUtf8(text);
  const isTyped =
    passphrase.length > 0 && passphrase.length <= MAX_PASSPHRASE_LENGTH;
  if (!isTyped) return err({ kind: "wrong-key-or-tampered" });
  const derived = deriveArgon2id({ passphrase, salt, parameters: cost });
  return derived.ok ? derived : err({ kind: "out-of-memory" });
}
