// Ed25519 (RFC 8032), strictly. docs/spec/crypto.md, "Signatures".
//
// A private key here is the 32-byte seed, as in RFC 8032 and RFC 9420; libsodium's 64-byte form never leaves this file.

import { assertInvariant } from "@halqa/bytes";
import { sodium } from "./sodium.ts";

const SEED_LENGTH = 32;
const PUBLIC_KEY_LENGTH = 32;
const SIGNATURE_LENGTH = 64;

/** A private key expanded once, for callers that sign often. */
export interface Ed25519Signer {
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** The public key of a 32-byte seed. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return expandSeed(seed).publicKey;
}

/** The 64-byte deterministic signature of `message`. Expands the seed each time: see `createEd25519Signer`. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return sodium.crypto_sign_detached(message, expandSeed(seed).privateKey);
}

/** A signer for a 32-byte seed, which is expanded here and not again for each signature. */
export function createEd25519Signer(seed: Uint8Array): Ed25519Signer {
  const { publicKey, privateKey } = expandSeed(seed);
  return {
    publicKey,
    sign: (message) => sodium.crypto_sign_detached(message, privateKey),
  };
}

/**
 * Whether `signature` is one of `message` by `publicKey`. False for any malformed, non-canonical or small-order key,
 * for an S not below the group's order, and for a small-order or non-canonical R. Takes any bytes.
 */
export function ed25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== PUBLIC_KEY_LENGTH) return false;
  if (signature.length !== SIGNATURE_LENGTH) return false;
  return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}

/**
 * Whether these bytes are a public key that may be trusted with a name: canonical, on the curve, in the prime-order
 * group (so neither of small nor of mixed order). About as dear as a verification.
 */
export function isEd25519PublicKey(publicKey: Uint8Array): boolean {
  return (
    publicKey.length === PUBLIC_KEY_LENGTH &&
    sodium.crypto_core_ed25519_is_valid_point(publicKey)
  );
}

function expandSeed(seed: Uint8Array): {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
} {
  assertInvariant(seed.length === SEED_LENGTH, "an Ed25519 seed has 32 bytes");
  return sodium.crypto_sign_seed_keypair(seed);
}
