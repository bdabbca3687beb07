// One value on the disk (docs/spec/vault.md, "Records"):
//
//   record = uint8(version) || nonce (24) || XChaCha20-Poly1305(key of the store, padded value)
//   bound to label || version || store || id, so that it opens in its own place only.

import {
  assertInvariant,
  concatBytes,
  encode,
  encodeUtf8,
  err,
  writeBytes,
  writeU8,
  type Result,
} from "@halqa/bytes";
import {
  labels,
  padMessage,
  unpadMessage,
  xchacha20Poly1305,
  type RandomBytes,
} from "@halqa/crypto";
import { MAX_VALUE_LENGTH } from "./limits.ts";
import { paddedSize } from "./padded-size.ts";
import type { RecordRef } from "./store.ts";
import { writeRef } from "./vault-keys.ts";

/** No further reason: which check failed is of use to an attacker only. */
export interface Tampered {
  readonly kind: "tampered";
}

const VERSION = 1;
const NONCE_AT = 1;
const { nonceLength } = xchacha20Poly1305;
const CIPHERTEXT_AT = NONCE_AT + nonceLength;
const tampered: Tampered = { kind: "tampered" };

/** Seals a value for its place. A value beyond the limit is a bug of the caller. */
export function sealRecord(input: {
  readonly key: Uint8Array;
  readonly ref: RecordRef;
  readonly value: Uint8Array;
  readonly random: RandomBytes;
}): Uint8Array {
  const { key, ref, value, random } = input;
  assertInvariant(value.length <= MAX_VALUE_LENGTH, "a value is too long");
  const nonce = random(nonceLength);
  const ciphertext = xchacha20Poly1305.seal({
    key,
    nonce,
    aad: contextOf(ref),
    plaintext: padMessage(value, paddedSize(value.length)),
  });
  return concatBytes(Uint8Array.of(VERSION), nonce, ciphertext);
}

/** Opens any bytes that stand in the place of `ref`. */
export function openRecord(input: {
  readonly key: Uint8Array;
  readonly ref: RecordRef;
  readonly record: Uint8Array;
}): Result<Uint8Array, Tampered> {
  const { key, ref, record } = input;
  if (record.length < CIPHERTEXT_AT || record[0] !== VERSION) {
    return err(tampered);
  }
  const padded = xchacha20Poly1305.open({
    key,
    nonce: record.subarray(NONCE_AT, CIPHERTEXT_AT),
    aad: contextOf(ref),
    ciphertext: record.subarray(CIPHERTEXT_AT),
  });
  if (!padded.ok) return err(tampered);
  const value = unpadMessage(padded.value);
  return value.ok ? value : err(tampered);
}

function contextOf(ref: RecordRef): Uint8Array {
  return encode((w) => {
    writeBytes(w, encodeUtf8(labels.vaultRecord));
    writeU8(w, VERSION);
    writeRef(w, ref);
  });
}
