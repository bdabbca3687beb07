// UTF-8 text: what is not well-formed is refused, never repaired, and a byte order mark is text like any other, so
// that decoding and encoding are inverse to each other (docs/spec/bytes.md, "Text").

import { assertInvariant } from "./invariant.ts";
import {
  failReader,
  readVector,
  type DecodeError,
  type Reader,
} from "./reader.ts";
import { err, ok, type Result } from "./result.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const LONE_SURROGATE = /\p{Surrogate}/u;

/** The bytes of `s`. A lone surrogate is a bug: the encoder would silently put U+FFFD in its place. */
export function encodeUtf8(s: string): Uint8Array {
  assertInvariant(!LONE_SURROGATE.test(s), "text has a lone surrogate");
  return encoder.encode(s);
}

/** The text of `b`, or `invalid` (`at` is 0: the platform does not say where). */
export function decodeUtf8(b: Uint8Array): Result<string, DecodeError> {
  try {
    return ok(decoder.decode(b));
  } catch {
    // The only way the platform has to say that the bytes are no text.
    return err({ kind: "invalid", at: 0 });
  }
}

/** Text in a byte vector `<V>`; `maxLength` counts bytes. */
export function readUtf8(r: Reader, maxLength?: number): string {
  const start = r.position;
  const text = decodeUtf8(readVector(r, maxLength));
  if (text.ok) return text.value;
  r.position = start;
  failReader(r, "invalid");
  return "";
}
