// Vectors are written in hexadecimal.

import { decodeHex } from "@halqa/bytes";

/** The bytes of a vector; throws where the vector is mistyped. */
export function fromHex(text: string): Uint8Array {
  const bytes = decodeHex(text);
  if (!bytes.ok) throw new Error(`no hexadecimal: ${text}`);
  return bytes.value;
}
