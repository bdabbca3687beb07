// Hexadecimal text, lower case only, so that one byte string has one text (docs/spec/bytes.md, "Text").
// Not constant time: the text of a secret is for its owner's eyes, not for comparing.

import { err, ok, type Result } from "./result.ts";
import type { DecodeError } from "./reader.ts";

const DIGITS = "0123456789abcdef";

/** Two lower-case digits for every byte. */
export function encodeHex(b: Uint8Array): string {
  let text = "";
  for (const byte of b)
    text += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
  return text;
}

/** The bytes of a text that `encodeHex` could have made; any other text is refused. */
export function decodeHex(s: string): Result<Uint8Array, DecodeError> {
  if (s.length % 2 !== 0) return err({ kind: "truncated", at: s.length });
  const bytes = new Uint8Array(s.length / 2);
  for (let i = 0; i < s.length; i++) {
    const digit = digitValue(s.charCodeAt(i));
    if (digit < 0) return err({ kind: "invalid", at: i });
    const at = i >> 1;
    bytes[at] = (bytes[at]! << 4) | digit;
  }
  return ok(bytes);
}

function digitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}
