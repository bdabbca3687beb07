// X25519 (RFC 7748). docs/spec/crypto.md, "Key agreement".

import { assertInvariant, encodeHex, err, ok, type Result } from "@halqa/bytes";
import { sodium } from "./sodium.ts";

/** The peer's point has low order or is no point at all: no secret can be agreed with it. */
export interface WeakPoint {
  readonly kind: "weak-point";
}

const KEY_LENGTH = 32;
const weakPoint: WeakPoint = { kind: "weak-point" };

// Every 255-bit u-coordinate whose point, on the curve or its twist, has an order that divides 8, in little-endian:
// 0, 1, the two of order 8, p - 1, and p and p + 1, which are other spellings of 0 and 1.
const lowOrderPoints: ReadonlySet<string> = new Set([
  `00${"00".repeat(31)}`,
  `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]);

// Their first octets: whatever begins otherwise needs no closer look, and that is all but 3 % of keys.
const lowOrderBeginnings: ReadonlySet<number> = new Set(
  [...lowOrderPoints].map((point) => Number.parseInt(point.slice(0, 2), 16)),
);

/** The public key of a 32-byte secret key. */
export function x25519PublicKey(secretKey: Uint8Array): Uint8Array {
  assertSecretKey(secretKey);
  return sodium.crypto_scalarmult_base(secretKey);
}

/** The 32-byte shared secret, or `weak-point` for a public key of low order or of another length than 32. */
export function x25519(
  secretKey: Uint8Array,
  publicKey: Uint8Array,
): Result<Uint8Array, WeakPoint> {
  assertSecretKey(secretKey);
  if (publicKey.length !== KEY_LENGTH) return err(weakPoint);
  try {
    return ok(sodium.crypto_scalarmult(secretKey, publicKey));
  } catch {
    // With lengths checked, an all-zero result is the only reason libsodium has for refusing.
    return err(weakPoint);
  }
}

/** Whether these bytes may stand as a public key: 32 bytes, and not of low order. Agrees with `x25519`, at no cost. */
export function isX25519PublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== KEY_LENGTH) return false;
  if (!lowOrderBeginnings.has(publicKey[0]!)) return true;
  // RFC 7748, 5: the top bit is ignored.
  const u = publicKey.slice();
  u[31] = u[31]! & 0x7f;
  return !lowOrderPoints.has(encodeHex(u));
}

function assertSecretKey(secretKey: Uint8Array): void {
  assertInvariant(
    secretKey.length === KEY_LENGTH,
    "an X25519 secret key has 32 bytes",
  );
}
