/**
 * Cipher suites as values (RFC 9420, 5.1 and 17.1). Everything else in this package asks a suite and names no algorithm,
 * so a suite with another KEM or AEAD is one more value. A suite holds no secret of its own and draws no randomness.
 */
import { equalBytes } from "@halqa/bytes";
import {
  chacha20Poly1305,
  createEd25519Signer,
  dhkemX25519,
  ed25519Verify,
  hkdfExpand,
  hkdfExtract,
  hmacSha256,
  isEd25519PublicKey,
  sha256,
} from "@halqa/crypto";
import type { Aead, Ed25519Signer, Kem } from "@halqa/crypto";

export interface Suite {
  readonly id: number;
  readonly kem: Kem;
  readonly aead: Aead;
  /** KDF.Nh: the length of hashes, MACs and derived secrets. */
  readonly hashLength: number;
  hash(data: Uint8Array): Uint8Array;
  mac(key: Uint8Array, data: Uint8Array): Uint8Array;
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array;
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  readonly signatureKeyLength: number;
  /** The public key of a 32-byte seed, which is what RFC 9420 calls the private signature key. */
  signaturePublicKey(seed: Uint8Array): Uint8Array;
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** False for any bytes that are no valid signature; never throws. */
  verify(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean;
  isSignatureKey(publicKey: Uint8Array): boolean;
}

/** A suite over SHA-256 and Ed25519 with the KEM and AEAD given; `id` is its number in the registry of suites. */
export function createSuite(o: {
  readonly id: number;
  readonly kem: Kem;
  readonly aead: Aead;
}): Suite {
  return {
    id: o.id,
    kem: o.kem,
    aead: o.aead,
    hashLength: 32,
    hash: sha256,
    mac: hmacSha256,
    extract: hkdfExtract,
    expand: hkdfExpand,
    signatureKeyLength: 32,
    signaturePublicKey: (seed) => signerOf(seed).publicKey.slice(),
    sign: (seed, message) => signerOf(seed).sign(message),
    verify: ed25519Verify,
    isSignatureKey: isEd25519PublicKey,
  };
}

/** MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519: what the product runs inside MLS. */
export const suite3: Suite = createSuite({
  id: 0x0003,
  kem: dhkemX25519,
  aead: chacha20Poly1305,
});

interface ExpandedSeed {
  readonly seed: Uint8Array;
  readonly signer: Ed25519Signer;
}

/**
 * Expanding a seed costs as much as signing. A member signs each message with the same seed, and each new leaf shows
 * its public key. The entry goes when the seed's array goes; an array that was overwritten since no longer matches and
 * is expanded again.
 */
const expandedSeeds = new WeakMap<Uint8Array, ExpandedSeed>();

function signerOf(seed: Uint8Array): Ed25519Signer {
  const known = expandedSeeds.get(seed);
  if (known !== undefined && equalBytes(known.seed, seed)) return known.signer;
  const signer = createEd25519Signer(seed);
  expandedSeeds.set(seed, { seed: seed.slice(), signer });
  return signer;
}
