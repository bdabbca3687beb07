// Sealed boxes: a message for whoever holds one key, from nobody in particular. HPKE in base mode with X25519 and
// XChaCha20-Poly1305, the purpose's label as its info. docs/spec/crypto.md, "Sealed boxes".
//
//   enc (32) || ciphertext
//
// A box says nothing of who made it: whoever needs that signs what is inside.

import { concatBytes, ok, type Result } from "@halqa/bytes";
import { xchacha20Poly1305, type OpenError } from "./aead.ts";
import { hpkeOpen, hpkeSeal, type HpkeSuite } from "./hpke.ts";
import { dhkemX25519, type KeyPair } from "./kem.ts";
import { labelBytes, type BoxLabelName } from "./labels.ts";
import type { RandomBytes } from "./random.ts";
import type { WeakPoint } from "./x25519.ts";

const suite: HpkeSuite = { kem: dhkemX25519, aead: xchacha20Poly1305 };
const { encLength } = suite.kem;

/** How much longer a box is than what it holds. */
export const SEALED_BOX_OVERHEAD = encLength + suite.aead.tagLength;

/** Seals `plaintext` for the holder of `publicKey`, which may be any bytes; only the same label and `aad` open it. */
export function sealBox(input: {
  readonly label: BoxLabelName;
  readonly publicKey: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly random: RandomBytes;
}): Result<Uint8Array, WeakPoint> {
  const { label, ...message } = input;
  const sealed = hpkeSeal(suite, { ...message, info: labelBytes(label) });
  if (!sealed.ok) return sealed;
  return ok(concatBytes(sealed.value.enc, sealed.value.ciphertext));
}

/** Opens any bytes as a box; `malformed` are those too short to be one. */
export function openBox(input: {
  readonly label: BoxLabelName;
  readonly keyPair: KeyPair;
  readonly aad: Uint8Array;
  readonly box: Uint8Array;
}): Result<Uint8Array, OpenError> {
  const { label, keyPair, aad, box } = input;
  return hpkeOpen(suite, {
    keyPair,
    enc: box.subarray(0, encLength),
    info: labelBytes(label),
    aad,
    ciphertext: box.subarray(encLength),
  });
}
