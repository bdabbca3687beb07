/**
 * Whether private keys that were stored belong to the public ones that the group sees (docs/spec/mls-profile.md, ML-83 and ML-86). A
 * key of another length makes libsodium throw, and one of another pair leaves a member who can open nothing: both must
 * be found when stored bytes come back, not an epoch later.
 */
import { concatBytes, equalBytes } from "@halqa/bytes";
import type { Kem, KeyPair } from "@halqa/crypto";
import type { Suite } from "../suite.ts";

/** What RFC 9420 calls the private signature key, in every suite of this package. */
export const SIGNATURE_SEED_LENGTH = 32;

/** Whether both halves are as long as the suite's KEM wants them. */
export function isKeyPairLong({ kem }: Suite, pair: KeyPair): boolean {
  return (
    pair.publicKey.length === kem.publicKeyLength &&
    pair.secretKey.length === kem.secretKeyLength
  );
}

/**
 * Pairs that the KEM made here, by a hash of their bytes. Asking one whether its halves belong together costs three X25519
 * operations, and the pairs of a commit that was not stored and read again in between are the ones that were made. One
 * whose bytes were overwritten since has another hash and is asked.
 */
const madeHere = new WeakMap<KeyPair, { kem: Kem; hash: Uint8Array }>();

/** Remembers a pair that the suite's KEM has just made, so that it is not asked whether its halves belong together. */
export function rememberKeyPair(suite: Suite, pair: KeyPair): void {
  madeHere.set(pair, { kem: suite.kem, hash: hashOfPair(suite, pair) });
}

/** Whether the pair is that of the public key: what is sealed to the key, its secret half opens. */
export function isKeyPairOf(
  suite: Suite,
  publicKey: Uint8Array,
  pair: KeyPair,
): boolean {
  if (!isKeyPairLong(suite, pair) || !equalBytes(pair.publicKey, publicKey))
    return false;
  const made = madeHere.get(pair);
  if (made?.kem === suite.kem && equalBytes(made.hash, hashOfPair(suite, pair)))
    return true;
  // A question to ourselves: nothing is sealed with the secret, so it needs no randomness.
  const asked = suite.kem.encap(publicKey, (n) => new Uint8Array(n).fill(1));
  if (!asked.ok) return false;
  const { enc, sharedSecret } = asked.value;
  const answer = suite.kem.decap(enc, pair);
  return answer.ok && equalBytes(answer.value, sharedSecret);
}

function hashOfPair(suite: Suite, pair: KeyPair): Uint8Array {
  return suite.hash(concatBytes(pair.publicKey, pair.secretKey));
}

/** Whether the seed is that of the signature key. */
export function isSeedOf(
  suite: Suite,
  signatureKey: Uint8Array,
  seed: Uint8Array,
): boolean {
  return (
    seed.length === SIGNATURE_SEED_LENGTH &&
    equalBytes(suite.signaturePublicKey(seed), signatureKey)
  );
}
