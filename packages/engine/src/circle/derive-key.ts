/** Keys and hashes that follow from others, each under a label of its own (docs/spec/crypto.md, "Labels"). */
import { concatBytes, encodeUtf8 } from "@halqa/bytes";
import { hkdfExpand, labels, sha256 } from "@halqa/crypto";

type Label = keyof typeof labels;

/** 32 bytes for one purpose, from a secret of 32 uniformly random bytes. `context` has a fixed length for each label. */
export function deriveKey(
  secret: Uint8Array,
  label: Label,
  context: Uint8Array,
): Uint8Array {
  const info = concatBytes(encodeUtf8(labels[label]), context);
  return hkdfExpand(secret, info, 32);
}

/** SHA-256 of labelled bytes; the parts have fixed lengths for each label. */
export function hashLabeled(
  label: Label,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return sha256(labeledBytes(label, ...parts));
}

/** What is hashed or signed under a label. */
export function labeledBytes(
  label: Label,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return concatBytes(encodeUtf8(labels[label]), ...parts);
}
