// Looks for words that must not stand somewhere, in every form in which programs put them there by accident. Tests on disks,
// memory and traffic use it; each of them also plants a word and expects it to be found.

import { concatBytes, encodeHex, encodeUtf8 } from "@halqa/bytes";

export interface CanaryFinding {
  readonly canary: string;
  /** The form in which it was found. */
  readonly form: string;
}

/** Finds all of `canaries` in `haystack`: text as UTF-8 and UTF-16, and those bytes, or bytes given, as such, in hexadecimal and base64. */
export function findCanaries(
  haystack: Uint8Array,
  canaries: readonly (string | Uint8Array)[],
): CanaryFinding[] {
  const text = latin1(haystack);
  return canaries.flatMap((canary) =>
    formsOf(canary)
      .filter(([, needle]) => text.includes(needle))
      .map(([form]) => ({
        canary: typeof canary === "string" ? canary : encodeHex(canary),
        form,
      })),
  );
}

function formsOf(canary: string | Uint8Array): (readonly [string, string])[] {
  if (typeof canary !== "string") return encodingsOf("bytes", canary);
  return [
    ...encodingsOf("utf8", encodeUtf8(canary)),
    ...encodingsOf("utf16le", utf16(canary, true)),
    ...encodingsOf("utf16be", utf16(canary, false)),
  ];
}

function encodingsOf(
  name: string,
  bytes: Uint8Array,
): (readonly [string, string])[] {
  const hex = encodeHex(bytes);
  return [
    [name, latin1(bytes)],
    [`${name} in hex`, hex],
    [`${name} in HEX`, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((shift): (readonly [string, string])[] => {
      const base64 = base64Within(bytes, shift);
      const url = base64.replaceAll("+", "-").replaceAll("/", "_");
      return [
        [`${name} in base64`, base64],
        [`${name} in base64url`, url],
      ];
    }),
  ];
}

/** The characters of base64 that these bytes alone decide, when `shift` other bytes (modulo 3) stand before them. */
function base64Within(bytes: Uint8Array, shift: number): string {
  const shifted = concatBytes(new Uint8Array(shift), bytes);
  const text = btoa(latin1(shifted)).replace(/=+$/, "");
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor((shifted.length * 8) / 6);
  return text.slice(first, last);
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  }
  return bytes;
}

function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  // The arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return parts.join("");
}
