/**
 * Stands for src/sodium.ts in symbolic worlds (docs/spec/simulator.md): each primitive is a cheap term of its inputs. What
 * opens, verifies and agrees with the real ones does so here, and nothing else does, for everybody who uses the functions
 * of this package. There is no secrecy in it: who could know what is asked of the recorded terms instead (terms.ts).
 * Never loaded but through install.ts.
 */
import { hash } from "node:crypto";
import { sodium as real } from "../src/sodium.ts";
import { recordTerm } from "./terms.ts";

export { putState, ready, takeState } from "../src/sodium.ts";
export type { StateAddress } from "../src/sodium.ts";

const KEY = 32;
const TAG = 16;

/** A digest of the parts, each with its length and place. */
function term(kind: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length + 4, 1);
  const text = new Uint8Array(length);
  text[0] = kind;
  let at = 1;
  for (const part of parts) {
    text[at] = part.length;
    text[at + 1] = part.length >> 8;
    text[at + 2] = part.length >> 16;
    text.set(part, at + 4);
    at += part.length + 4;
  }
  return sha256(text);
}

function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha256", data, "buffer"));
}

function hmac(data: Uint8Array, key: Uint8Array): Uint8Array {
  const out = term(1, key, data);
  recordTerm({ kind: "mac", key, data, out });
  return out;
}

/** Padded like HMAC's keys are: shorter ones with zeros. */
function blockKey(key: Uint8Array): Uint8Array {
  if (key.length >= KEY) return key;
  const padded = new Uint8Array(KEY);
  padded.set(key);
  return padded;
}

function mask(
  data: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  const pad = term(2, key, nonce);
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++)
    out[at] = (data[at] ?? 0) ^ (pad[at & 31] ?? 0) ^ (at >> 5);
  return out;
}

interface Sealing {
  readonly kind: number;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
}

function tagOf(
  { kind, key, nonce, aad }: Sealing,
  masked: Uint8Array,
): Uint8Array {
  return term(kind, key, nonce, aad, masked).subarray(0, TAG);
}

function sealWith(sealing: Sealing, plaintext: Uint8Array): Uint8Array {
  const { key, nonce } = sealing;
  const masked = mask(plaintext, key, nonce);
  const out = new Uint8Array(masked.length + TAG);
  out.set(masked);
  out.set(tagOf(sealing, masked), masked.length);
  recordTerm({ kind: "seal", key, plaintext, out });
  return out;
}

function openWith(sealing: Sealing, ciphertext: Uint8Array): Uint8Array {
  const end = ciphertext.length - TAG;
  if (end < 0) throw new Error("too short");
  const masked = ciphertext.subarray(0, end);
  const tag = tagOf(sealing, masked);
  for (let at = 0; at < TAG; at++)
    if (tag[at] !== ciphertext[end + at]) throw new Error("wrong tag");
  return mask(masked, sealing.key, sealing.nonce);
}

// The shape of libsodium's own functions, as packages/crypto calls them.
/* oxlint-disable max-params */
function encryptAs(kind: number) {
  return (
    plaintext: Uint8Array,
    aad: Uint8Array,
    _secret: null,
    nonce: Uint8Array,
    key: Uint8Array,
  ) => sealWith({ kind, key, nonce, aad }, plaintext);
}

function decryptAs(kind: number) {
  return (
    _secret: null,
    ciphertext: Uint8Array,
    aad: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ) => openWith({ kind, key, nonce, aad }, ciphertext);
}
/* oxlint-enable max-params */

function signaturePair(seed: Uint8Array) {
  const publicKey = term(3, seed);
  const privateKey = new Uint8Array(2 * KEY);
  privateKey.set(seed);
  privateKey.set(publicKey, KEY);
  return { publicKey, privateKey };
}

function signatureOf(message: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const half = term(4, publicKey, message);
  const out = new Uint8Array(2 * KEY);
  out.set(half);
  out.set(term(5, half), KEY);
  return out;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return (
    one.length === other.length && one.every((byte, at) => byte === other[at])
  );
}

/** Hostile keys of stories are zeros and the like. */
function isPoint(key: Uint8Array): boolean {
  return key.some((byte, at) => at > 0 && byte !== 0);
}

function exchangeKey(secretKey: Uint8Array): Uint8Array {
  const out = term(6, secretKey);
  recordTerm({ kind: "pair", secretKey, out });
  return out;
}

/** The same from both ends: a term of both public keys. */
function exchange(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  if (!isPoint(publicKey)) throw new Error("weak point");
  const own = term(6, secretKey);
  const isFirst = Buffer.compare(own, publicKey) < 0;
  const out = isFirst ? term(7, own, publicKey) : term(7, publicKey, own);
  recordTerm({ kind: "exchange", own, other: publicKey, out });
  return out;
}

interface MacState {
  readonly key: Uint8Array;
  parts: Uint8Array;
}

const stand = {
  crypto_hash_sha256: sha256,
  crypto_auth_hmacsha256: (data: Uint8Array, key: Uint8Array) =>
    hmac(data, key),
  crypto_auth_hmacsha256_init: (key: Uint8Array): MacState => ({
    key: blockKey(key),
    parts: new Uint8Array(),
  }),
  crypto_auth_hmacsha256_update: (state: MacState, data: Uint8Array): void => {
    state.parts = Uint8Array.of(...state.parts, ...data);
  },
  crypto_auth_hmacsha256_final: ({ key, parts }: MacState) => hmac(parts, key),
  crypto_aead_chacha20poly1305_ietf_encrypt: encryptAs(8),
  crypto_aead_chacha20poly1305_ietf_decrypt: decryptAs(8),
  crypto_aead_xchacha20poly1305_ietf_encrypt: encryptAs(9),
  crypto_aead_xchacha20poly1305_ietf_decrypt: decryptAs(9),
  crypto_sign_seed_keypair: signaturePair,
  crypto_sign_detached: (message: Uint8Array, privateKey: Uint8Array) =>
    signatureOf(message, privateKey.subarray(KEY)),
  crypto_sign_verify_detached: (
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ) => isEqual(signature, signatureOf(message, publicKey)),
  crypto_core_ed25519_is_valid_point: isPoint,
  crypto_scalarmult_base: exchangeKey,
  crypto_scalarmult: exchange,
};

/** What is not replaced (streams, passwords) is the real one. */
export const sodium: typeof real = new Proxy(real, {
  get: (target, name) =>
    name in stand ? Reflect.get(stand, name) : Reflect.get(target, name),
});
