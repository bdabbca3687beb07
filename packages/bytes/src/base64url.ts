// base64url of RFC 4648 section 5 without padding, canonical only: one byte string has one text, so that two texts
// that differ are never the same link, key or id (docs/spec/bytes.md, "Text"). Not constant time.

import { err, ok, type Result } from "./result.ts";
import type { DecodeError } from "./reader.ts";

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NO_DIGIT = 255;

const VALUES = new Uint8Array(128).fill(NO_DIGIT);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** The text of `b`, without padding. */
export function encodeBase64url(b: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of b) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += ALPHABET.charAt((held >> bits) & 63);
    }
    held &= 63;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((held << (6 - bits)) & 63);
}

/**
 * The bytes of a text that `encodeBase64url` could have made. Padding, white space, the other base64 alphabet, a lone
 * last digit and last bits that are not zero are refused.
 */
export function decodeBase64url(s: string): Result<Uint8Array, DecodeError> {
  if (s.length % 4 === 1) return err({ kind: "truncated", at: s.length });
  const bytes = new Uint8Array(Math.floor((s.length * 3) / 4));
  let written = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < s.length; i++) {
    const digit = VALUES[s.charCodeAt(i)] ?? NO_DIGIT;
    if (digit === NO_DIGIT) return err({ kind: "invalid", at: i });
    held = (held << 6) | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  return held === 0
    ? ok(bytes)
    : err({ kind: "non-canonical", at: s.length - 1 });
}
