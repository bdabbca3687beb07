// Looks for things that must not be seen, in every writing that a leak could take.

import { Buffer } from "node:buffer";

/** Something secret, by a name that a failing test shows. */
export interface Canary {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function textCanary(name: string, text: string): Canary {
  return { name, bytes: Buffer.from(text, "utf8") };
}

/** The canaries that are found in `haystack`, each with the writing in which it was. */
export function findCanaries(
  haystack: Uint8Array,
  canaries: readonly Canary[],
): readonly string[] {
  const pool = Buffer.from(
    haystack.buffer,
    haystack.byteOffset,
    haystack.length,
  );
  return canaries.flatMap(({ name, bytes }) =>
    writings(Buffer.from(bytes))
      .filter(([, written]) => pool.includes(written))
      .map(([writing]) => `${name} as ${writing}`),
  );
}

function writings(bytes: Buffer): readonly (readonly [string, Buffer])[] {
  const text = bytes.toString("utf8");
  return [
    ["bytes", bytes],
    ["reversed bytes", Buffer.from(bytes.toReversed())],
    ["UTF-16", Buffer.from(text, "utf16le")],
    ["hex", Buffer.from(bytes.toString("hex"))],
    ["base64", base64Core(bytes, "base64")],
    ["base64url", base64Core(bytes, "base64url")],
  ];
}

// Without the last group, which depends on what follows in a longer text.
function base64Core(bytes: Buffer, encoding: "base64" | "base64url"): Buffer {
  const whole = bytes.subarray(0, Math.floor(bytes.length / 3) * 3);
  return Buffer.from(whole.toString(encoding));
}
