// The passphrase under a key that the device's own lock guards (docs/spec/app.md, AP-75; decision 0024). The record stands
// beside the vault, because it is needed while the vault is shut, and says nothing without the authenticator's answer.
//
//   record = uint8(1) || credential<V> || salt (32) || nonce (24) || XChaCha20-Poly1305(key, nonce, all before, padded passphrase)
//   key    = H(answer, "halqa/v1/quick-unlock/key")

import {
  concatBytes,
  decode,
  decodeUtf8,
  encode,
  encodeUtf8,
  failReader,
  readBytes,
  readU8,
  readVector,
  writeBytes,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import {
  blake2b,
  labels,
  padMessage,
  unpadMessage,
  xchacha20Poly1305 as aead,
  type RandomBytes,
} from "@halqa/crypto";
import type { RawStore } from "@halqa/vault";
import type { QuickKey } from "../client/keeper.ts";

const VERSION = 1;
const SALT_LENGTH = 32;
const OUTPUT_LENGTH = 32;
/** One size for all passphrases: 1,024 bytes at most (VA-9), and what padding costs. */
const PADDED_LENGTH = 1_088;
/** Ids of credentials have at most 1,023 bytes. */
const MAX_CREDENTIAL = 1_023;

interface Parts extends QuickKey {
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

/** By what the authenticator is asked; undefined where this device opens by its passphrase alone. */
export async function readQuickKey(
  raw: RawStore,
): Promise<QuickKey | undefined> {
  const parts = await readParts(raw);
  return parts && { credential: parts.credential, salt: parts.salt };
}

/** The passphrase; undefined where there is no record or the answer is of another key. */
export async function openQuickUnlock(
  raw: RawStore,
  output: Uint8Array,
): Promise<string | undefined> {
  const parts = await readParts(raw);
  if (parts === undefined || output.length !== OUTPUT_LENGTH) return undefined;
  const opened = aead.open({
    key: keyOf(output),
    nonce: parts.nonce,
    aad: contextOf(parts),
    ciphertext: parts.sealed,
  });
  const plain = opened.ok ? unpadMessage(opened.value) : opened;
  if (!plain.ok) return undefined;
  const passphrase = decodeUtf8(plain.value);
  return passphrase.ok ? passphrase.value : undefined;
}

/** Writes the record over the one before. The caller knows that the passphrase is the one in force. */
export async function putQuickUnlock(
  raw: RawStore,
  o: {
    readonly key: QuickKey;
    readonly output: Uint8Array;
    readonly passphrase: string;
    readonly random: RandomBytes;
  },
): Promise<void> {
  const nonce = o.random(aead.nonceLength);
  const sealed = aead.seal({
    key: keyOf(o.output),
    nonce,
    aad: contextOf(o.key),
    plaintext: padMessage(encodeUtf8(o.passphrase), PADDED_LENGTH),
  });
  const value = concatBytes(contextOf(o.key), nonce, sealed);
  await raw.commit([{ key: placeOf(), value }]);
}

export async function removeQuickUnlock(raw: RawStore): Promise<void> {
  await raw.commit([{ key: placeOf(), value: undefined }]);
}

async function readParts(raw: RawStore): Promise<Parts | undefined> {
  const [record] = await raw.read([placeOf()]);
  if (record === undefined) return undefined;
  const read = decode(record, (r): Parts => {
    if (readU8(r) !== VERSION) failReader(r, "invalid");
    return {
      credential: readVector(r, MAX_CREDENTIAL),
      salt: readBytes(r, SALT_LENGTH),
      nonce: readBytes(r, aead.nonceLength),
      sealed: readBytes(r, PADDED_LENGTH + aead.tagLength),
    };
  });
  return read.ok ? read.value : undefined;
}

function contextOf({ credential, salt }: QuickKey): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, credential);
    writeBytes(w, salt);
  });
}

function keyOf(output: Uint8Array): Uint8Array {
  return blake2b(
    { key: output, length: 32 },
    encodeUtf8(labels.quickUnlockKey),
  );
}

function placeOf(): Uint8Array {
  return blake2b({ length: 32 }, encodeUtf8(labels.quickUnlockName));
}
