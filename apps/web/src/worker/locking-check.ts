// Tries the operations that protect messages, against published vectors and against a forger (AP-11). A browser whose
// WebAssembly computes wrongly must be found out before anything is trusted to it.

import { decodeHex, encodeHex, encodeUtf8 } from "@halqa/bytes";
import type * as crypto from "@halqa/crypto";
import type { LockingOutcome } from "../features/device-check/probe.ts";

export type LockingOperations = Pick<
  typeof crypto,
  | "ready"
  | "x25519"
  | "ed25519PublicKey"
  | "ed25519Sign"
  | "ed25519Verify"
  | "xchacha20Poly1305"
>;

/** Whether every operation gives the published answers and refuses changed input. Never throws. */
export async function checkLocking(
  operations: LockingOperations,
): Promise<LockingOutcome> {
  try {
    await operations.ready;
  } catch {
    // WebAssembly is missing or forbidden: the library says so by rejecting.
    return "not-loaded";
  }
  try {
    return agrees(operations) && signs(operations) && seals(operations)
      ? "works"
      : "wrong-answer";
  } catch {
    // An operation that throws on good input is as wrong as one that answers falsely.
    return "wrong-answer";
  }
}

/** RFC 7748, 6.1: what Bob computes from Alice's public key. */
function agrees({ x25519 }: LockingOperations): boolean {
  const shared = x25519(
    bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"),
    bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
  );
  const isWeakRefused = !x25519(new Uint8Array(32).fill(1), new Uint8Array(32))
    .ok;
  return (
    isWeakRefused &&
    shared.ok &&
    encodeHex(shared.value) ===
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
  );
}

/** RFC 8032, 7.1, test 2. */
function signs(operations: LockingOperations): boolean {
  const seed = bytes(
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
  );
  const message = bytes("72");
  const publicKey = operations.ed25519PublicKey(seed);
  const signature = operations.ed25519Sign(seed, message);
  return (
    encodeHex(publicKey) ===
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c" &&
    encodeHex(signature) ===
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" &&
    operations.ed25519Verify(publicKey, message, signature) &&
    !operations.ed25519Verify(publicKey, bytes("73"), signature)
  );
}

/** draft-irtf-cfrg-xchacha-03, A.3.1. */
function seals({ xchacha20Poly1305: aead }: LockingOperations): boolean {
  const key = Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index);
  const nonce = Uint8Array.from({ length: 24 }, (_, index) => 0x40 + index);
  const aad = bytes("50515253c0c1c2c3c4c5c6c7");
  const plaintext = encodeUtf8(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  const ciphertext = aead.seal({ key, nonce, aad, plaintext });
  const opened = aead.open({ key, nonce, aad, ciphertext });
  const forged = ciphertext.with(0, (ciphertext[0] ?? 0) ^ 1);
  return (
    encodeHex(ciphertext) === SEALED &&
    opened.ok &&
    encodeHex(opened.value) === encodeHex(plaintext) &&
    !aead.open({ key, nonce, aad, ciphertext: forged }).ok
  );
}

const SEALED =
  "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb" +
  "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452" +
  "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9" +
  "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49";

function bytes(hex: string): Uint8Array {
  const decoded = decodeHex(hex);
  return decoded.ok ? decoded.value : new Uint8Array();
}
