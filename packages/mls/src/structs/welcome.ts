/** Welcome (RFC 9420, 12.4.3.1): one encrypted GroupInfo, and for each new member the secrets that open it. */
import {
  decode,
  encode,
  readOptional,
  readU16,
  readVector,
  readVectorOf,
  writeOptional,
  writeU16,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readHpkeCiphertext, writeHpkeCiphertext } from "./hpke-ciphertext.ts";
import type { HpkeCiphertext } from "./hpke-ciphertext.ts";
import { readPreSharedKeyId, writePreSharedKeyId } from "./pre-shared-key.ts";
import type { PreSharedKeyId } from "./pre-shared-key.ts";

export interface GroupSecrets {
  readonly joinerSecret: Uint8Array;
  readonly pathSecret: Uint8Array | undefined;
  readonly psks: readonly PreSharedKeyId[];
}

export interface EncryptedGroupSecrets {
  /** KeyPackageRef of the one who can open it. */
  readonly newMember: Uint8Array;
  readonly secrets: HpkeCiphertext;
}

export interface Welcome {
  readonly cipherSuite: number;
  readonly secrets: readonly EncryptedGroupSecrets[];
  readonly encryptedGroupInfo: Uint8Array;
}

export function readGroupSecrets(r: Reader): GroupSecrets {
  return {
    joinerSecret: readVector(r),
    pathSecret: readOptional(r, readVector),
    psks: readVectorOf(r, readPreSharedKeyId),
  };
}

export function writeGroupSecrets(w: Writer, x: GroupSecrets): void {
  writeVector(w, x.joinerSecret);
  writeOptional(w, x.pathSecret, writeVector);
  writeVectorOf(w, x.psks, writePreSharedKeyId);
}

export function encodeGroupSecrets(x: GroupSecrets): Uint8Array {
  return encode((w) => writeGroupSecrets(w, x));
}

export function decodeGroupSecrets(
  bytes: Uint8Array,
): Result<GroupSecrets, DecodeError> {
  return decode(bytes, readGroupSecrets);
}

export function readWelcome(r: Reader): Welcome {
  return {
    cipherSuite: readU16(r),
    secrets: readVectorOf(r, readEncryptedGroupSecrets),
    encryptedGroupInfo: readVector(r),
  };
}

export function writeWelcome(w: Writer, x: Welcome): void {
  writeU16(w, x.cipherSuite);
  writeVectorOf(w, x.secrets, writeEncryptedGroupSecrets);
  writeVector(w, x.encryptedGroupInfo);
}

function readEncryptedGroupSecrets(r: Reader): EncryptedGroupSecrets {
  return { newMember: readVector(r), secrets: readHpkeCiphertext(r) };
}

function writeEncryptedGroupSecrets(w: Writer, x: EncryptedGroupSecrets): void {
  writeVector(w, x.newMember);
  writeHpkeCiphertext(w, x.secrets);
}
