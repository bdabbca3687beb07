// The relay's hash and signature check, from Node. It verifies and hashes; it has no cipher and no
// key of any member, so there is nothing here that could read a message.

import { createPublicKey, hash, verify } from "node:crypto";
import { encodeBase64url } from "@halqa/bytes";

export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha256", data, "buffer"));
}

/** Whether this is an Ed25519 signature of the key over the message; false for any bytes that are none. */
export function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: encodeBase64url(publicKey) },
      format: "jwk",
    });
    return verify(null, message, key, signature);
  } catch {
    // OpenSSL refuses some keys by throwing: they sign nothing.
    return false;
  }
}
