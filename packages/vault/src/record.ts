// One value on the disk (docs/spec/vault.md, "Records"):
//
//   record = uint8(version) || nonce (24) || XChaCha20-Poly1305(key, padded body)
//   bound to label || version || store || id, so that it opens in its own place only
//   body   = uint8(0) || value
//          | uint8(1) || uint32(day) || nonce (24) || XChaCha20-Poly1305(key of the day, value)

import {
  assertInvariant,
  concatBytes,
  decode,
  encode,
  encodeUtf8,
  err,
  failReader,
  ok,
  readBytes,
  readU32,
  readU8,
  remaining,
  writeBytes,
  writeU32,
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

/** What a record holds: a value, or one that only the key of its day opens. */
export type Body =
  | { readonly body: "value"; readonly value: Uint8Array }
  | {
      readonly body: "expiring";
      readonly day: number;
      readonly sealed: Uint8Array;
    };

const VERSION = 1;
const { nonceLength } = xchacha20Poly1305;
const tampered: Tampered = { kind: "tampered" };
const KINDS = { value: 0, expiring: 1 } as const;

/** The body of a value that stays. A value beyond the limit is a bug of the caller. */
export function lastingBody(value: Uint8Array): Body {
  assertInvariant(value.length <= MAX_VALUE_LENGTH, "a value is too long");
  return { body: "value", value };
}

/** The body of a value that ends with the key of its day. */
export function expiringBody(input: {
  readonly dayKey: Uint8Array;
  readonly day: number;
  readonly ref: RecordRef;
  readonly value: Uint8Array;
  readonly random: RandomBytes;
}): Body {
  const { dayKey, day, ref, value, random } = input;
  assertInvariant(value.length <= MAX_VALUE_LENGTH, "a value is too long");
  const sealed = seal({
    key: dayKey,
    aad: dayContext(ref, day),
    plaintext: value,
    random,
  });
  return { body: "expiring", day, sealed };
}

/** The value of an expiring body. */
export function openExpiring(
  { day, sealed }: Extract<Body, { body: "expiring" }>,
  ref: RecordRef,
  dayKey: Uint8Array,
): Result<Uint8Array, Tampered> {
  const opened = open({ key: dayKey, aad: dayContext(ref, day), sealed });
  return opened ?? err(tampered);
}

/** Seals a body for its place. */
export function sealRecord(input: {
  readonly key: Uint8Array;
  readonly ref: RecordRef;
  readonly body: Body;
  readonly random: RandomBytes;
}): Uint8Array {
  const { key, ref, body, random } = input;
  const bytes = encodeBody(body);
  const sealed = seal({
    key,
    aad: contextOf(ref),
    plaintext: padMessage(bytes, paddedSize(bytes.length)),
    random,
  });
  return concatBytes(Uint8Array.of(VERSION), sealed);
}

/** Opens any bytes that stand in the place of `ref`. */
export function openRecord(input: {
  readonly key: Uint8Array;
  readonly ref: RecordRef;
  readonly record: Uint8Array;
}): Result<Body, Tampered> {
  const { key, ref, record } = input;
  if (record[0] !== VERSION) return err(tampered);
  const padded = open({ key, aad: contextOf(ref), sealed: record.subarray(1) });
  if (padded === undefined) return err(tampered);
  const bytes = unpadMessage(padded.value);
  const body = bytes.ok ? decodeBody(bytes.value) : undefined;
  return body === undefined ? err(tampered) : ok(body);
}

function encodeBody(body: Body): Uint8Array {
  return encode((w) => {
    writeU8(w, KINDS[body.body]);
    if (body.body === "expiring") {
      writeU32(w, body.day);
      writeBytes(w, body.sealed);
    } else writeBytes(w, body.value);
  });
}

function decodeBody(bytes: Uint8Array): Body | undefined {
  const body = decode(bytes, (r): Body => {
    const kind = readU8(r);
    if (kind === KINDS.expiring) {
      const day = readU32(r);
      return { body: "expiring", day, sealed: readBytes(r, remaining(r)) };
    }
    if (kind !== KINDS.value) failReader(r, "invalid");
    return { body: "value", value: readBytes(r, remaining(r)) };
  });
  return body.ok ? body.value : undefined;
}

function seal(input: {
  readonly key: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly random: RandomBytes;
}): Uint8Array {
  const { random, ...rest } = input;
  const nonce = random(nonceLength);
  return concatBytes(nonce, xchacha20Poly1305.seal({ ...rest, nonce }));
}

function open(input: {
  readonly key: Uint8Array;
  readonly aad: Uint8Array;
  readonly sealed: Uint8Array;
}): { readonly ok: true; readonly value: Uint8Array } | undefined {
  const { key, aad, sealed } = input;
  if (sealed.length < nonceLength) return undefined;
  const opened = xchacha20Poly1305.open({
    key,
    nonce: sealed.subarray(0, nonceLength),
    aad,
    ciphertext: sealed.subarray(nonceLength),
  });
  return opened.ok ? opened : undefined;
}

function contextOf(ref: RecordRef): Uint8Array {
  return encode((w) => {
    writeBytes(w, encodeUtf8(labels.vaultRecord));
    writeU8(w, VERSION);
    writeRef(w, ref);
  });
}

function dayContext(ref: RecordRef, day: number): Uint8Array {
  return encode((w) => {
    writeBytes(w, encodeUtf8(labels.vaultDay));
    writeU32(w, day);
    writeRef(w, ref);
  });
}
