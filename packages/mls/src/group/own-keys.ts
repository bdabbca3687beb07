/**
 * Whether private keys that were stored belong to the public ones that the group sees (docs/spec/mls-profile.md, ML-83 and ML-86). A
 * key of another length makes libsodium throw, and one of another pair leaves a member who can open nothing: both must
 * be found when stored bytes come back, not an epoch later.
 */
import { equalBytes } from "@halqa/bytes";
import type { KeyPair } from "@halqa/crypto";
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

/** Whether the pair is that of the public key: what is sealed to the key, its secret half opens. */
export function isKeyPairOf(
  suite: Suite,
  publicKey: Uint8Array,
  pair: KeyPair,
): boolean {
  if (!isKeyPairLong(suite, pair) || !equalBytes(pair.publicKey, publicKey))
    return false;
  // A question to ourselves: nothing is sealed with the secret, so it needs no randomness.
  const asked = suite.kem.encap(publicKey, (n) => new Uint8Array(n).fill(1));
  if (!asked.ok) return false;
  const { enc, sharedSecret } = asked.value;
  const answer = suite.kem.decap(enc, pair);
  return answer.ok && equalBytes(answer.value, sharedSecret);
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
