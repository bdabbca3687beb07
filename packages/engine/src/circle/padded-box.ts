/** Sealed boxes that fill a body of an inbox, so that their length says only which of three sizes they need (docs/spec/invite.md, IN-4). */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import {
  openBox,
  padMessage,
  PADDING_OVERHEAD,
  sealBox,
  SEALED_BOX_OVERHEAD,
  unpadMessage,
} from "@halqa/crypto";
import type { BoxLabelName, KeyPair, RandomBytes } from "@halqa/crypto";
import { BODY_SIZES } from "@halqa/protocol";

const OVERHEAD = SEALED_BOX_OVERHEAD + PADDING_OVERHEAD;

/** A body for an inbox; `weak-key` when the public key is none. */
export function sealPaddedBox(o: {
  readonly label: BoxLabelName;
  readonly publicKey: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly random: RandomBytes;
}): Result<Uint8Array, { readonly kind: "too-large" | "weak-key" }> {
  const { plaintext, ...rest } = o;
  const size = BODY_SIZES.find((one) => plaintext.length + OVERHEAD <= one);
  if (size === undefined) return err({ kind: "too-large" });
  const padded = padMessage(plaintext, size - SEALED_BOX_OVERHEAD);
  const box = sealBox({ ...rest, plaintext: padded });
  return box.ok ? box : err({ kind: "weak-key" });
}

/** What a body for an inbox holds; any bytes may come. */
export function openPaddedBox(o: {
  readonly label: BoxLabelName;
  readonly keyPair: KeyPair;
  readonly aad: Uint8Array;
  readonly box: Uint8Array;
}): Result<Uint8Array, { readonly kind: "not-opened" }> {
  const opened = openBox(o);
  const plaintext = opened.ok ? unpadMessage(opened.value) : opened;
  return plaintext.ok ? ok(plaintext.value) : err({ kind: "not-opened" });
}
