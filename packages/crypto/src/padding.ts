// Padding to a fixed size, so that a ciphertext's length says nothing but its bucket: the message's length in four
// bytes, the message, zeros. docs/spec/crypto.md, "Padding". Only ever inside authenticated encryption.

import { assertInvariant, err, ok, type Result } from "@halqa/bytes";
import { malformed, type OpenError } from "./aead.ts";

/** What padding needs beyond the message. */
export const PADDING_OVERHEAD = 4;

/** `message` padded to exactly `size` bytes, which has room for it and for `PADDING_OVERHEAD`. */
export function padMessage(message: Uint8Array, size: number): Uint8Array {
  assertInvariant(
    message.length + PADDING_OVERHEAD <= size,
    "no room for the message",
  );
  const padded = new Uint8Array(size);
  new DataView(padded.buffer).setUint32(0, message.length);
  padded.set(message, PADDING_OVERHEAD);
  return padded;
}

/** The message inside. Any bytes may come; a length beyond the end or a padding byte that is not zero is `malformed`. */
export function unpadMessage(
  padded: Uint8Array,
): Result<Uint8Array, OpenError> {
  if (padded.length < PADDING_OVERHEAD) return err(malformed);
  const view = new DataView(padded.buffer, padded.byteOffset, padded.length);
  const end = PADDING_OVERHEAD + view.getUint32(0);
  if (end > padded.length) return err(malformed);
  // Anything but zeros would be a channel that no reader sees.
  let rest = 0;
  for (let i = end; i < padded.length; i++) rest |= padded[i]!;
  return rest === 0 ? ok(padded.slice(PADDING_OVERHEAD, end)) : err(malformed);
}
