// Key encapsulation as a value (RFC 9180, 4 and 4.1), so that a suite can change its KEM without anything else
// noticing. docs/spec/crypto.md, "Hybrid public-key encryption".

import {
  assertInvariant,
  concatBytes,
  encodeUtf8,
  err,
  ok,
  type Result,
} from "@halqa/bytes";
import { labeledExpand, labeledExtract, NO_SALT } from "./labeled-hkdf.ts";
import { drawRandom, type RandomBytes } from "./random.ts";
import {
  isX25519PublicKey,
  x25519,
  x25519PublicKey,
  type WeakPoint,
} from "./x25519.ts";

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

interface Encapsulation {
  /** What travels to the holder of the secret key. */
  readonly enc: Uint8Array;
  readonly sharedSecret: Uint8Array;
}

/** Lengths are in bytes. Nothing outside may take two of them for equal: a post-quantum KEM has five different ones. */
export interface Kem {
  readonly name: string;
  /** The identifier in an HPKE suite (RFC 9180, 7.1). */
  readonly id: number;
  readonly publicKeyLength: number;
  readonly secretKeyLength: number;
  readonly encLength: number;
  readonly secretLength: number;
  /** What `deriveKeyPair` needs at least. */
  readonly seedLength: number;
  /** The key pair that belongs to secret input of at least `seedLength` bytes, always the same one. */
  readonly deriveKeyPair: (ikm: Uint8Array) => KeyPair;
  /** A fresh shared secret for the holder of `publicKey`; takes any bytes as the key. */
  readonly encap: (
    publicKey: Uint8Array,
    random: RandomBytes,
  ) => Result<Encapsulation, WeakPoint>;
  /** The shared secret inside `enc`, which may be any bytes. */
  readonly decap: (
    enc: Uint8Array,
    keyPair: KeyPair,
  ) => Result<Uint8Array, WeakPoint>;
  /** Whether `encap` would take this key. */
  readonly isPublicKey: (publicKey: Uint8Array) => boolean;
}

const KEY_LENGTH = 32;
const KEM_ID = 0x0020;
const suiteId = concatBytes(encodeUtf8("KEM"), Uint8Array.of(0x00, KEM_ID));

/** DHKEM(X25519, HKDF-SHA256) of RFC 9180, 7.1. */
export const dhkemX25519: Kem = {
  name: "DHKEM(X25519, HKDF-SHA256)",
  id: KEM_ID,
  publicKeyLength: KEY_LENGTH,
  secretKeyLength: KEY_LENGTH,
  encLength: KEY_LENGTH,
  secretLength: KEY_LENGTH,
  seedLength: KEY_LENGTH,
  deriveKeyPair,
  encap,
  decap,
  isPublicKey: isX25519PublicKey,
};

function deriveKeyPair(ikm: Uint8Array): KeyPair {
  assertInvariant(ikm.length >= KEY_LENGTH, "a short seed for a key pair");
  const prk = labeledExtract(suiteId, NO_SALT, { label: "dkp_prk", ikm });
  const secretKey = labeledExpand(suiteId, prk, {
    label: "sk",
    info: new Uint8Array(),
    length: KEY_LENGTH,
  });
  return { publicKey: x25519PublicKey(secretKey), secretKey };
}

function encap(
  publicKey: Uint8Array,
  random: RandomBytes,
): Result<Encapsulation, WeakPoint> {
  // RFC 9180, 4: GenerateKeyPair may be DeriveKeyPair of random bytes.
  const ephemeral = deriveKeyPair(drawRandom(random, KEY_LENGTH));
  const dh = x25519(ephemeral.secretKey, publicKey);
  if (!dh.ok) return err(dh.error);
  const enc = ephemeral.publicKey;
  return ok({ enc, sharedSecret: bindSecret(dh.value, enc, publicKey) });
}

function decap(
  enc: Uint8Array,
  keyPair: KeyPair,
): Result<Uint8Array, WeakPoint> {
  const dh = x25519(keyPair.secretKey, enc);
  if (!dh.ok) return err(dh.error);
  return ok(bindSecret(dh.value, enc, keyPair.publicKey));
}

// RFC 9180, 4.1, ExtractAndExpand: the secret depends on both public keys, so that neither can be swapped.
function bindSecret(
  dh: Uint8Array,
  enc: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array {
  const prk = labeledExtract(suiteId, NO_SALT, { label: "eae_prk", ikm: dh });
  return labeledExpand(suiteId, prk, {
    label: "shared_secret",
    info: concatBytes(enc, publicKey),
    length: KEY_LENGTH,
  });
}
