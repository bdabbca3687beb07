/** The combined pre-shared key secret (RFC 9420, 8.4): every key, its name, its place and their number go into it. */
import { encode, writeU16 } from "@halqa/bytes";
import { expandWithLabel } from "../labeled.ts";
import { writePreSharedKeyId } from "../structs/pre-shared-key.ts";
import type { PreSharedKeyId } from "../structs/pre-shared-key.ts";
import type { Suite } from "../suite.ts";
import { zeroSecret } from "./key-schedule.ts";

export interface NamedPsk {
  readonly id: PreSharedKeyId;
  readonly psk: Uint8Array;
}

/** `psks` in the order of their proposals, or of the Welcome; without any, the all-zero secret. */
export function computePskSecret(
  suite: Suite,
  psks: readonly NamedPsk[],
): Uint8Array {
  const zero = zeroSecret(suite);
  return psks.reduce((secret, { id, psk }, index) => {
    const label = encode((w) => {
      writePreSharedKeyId(w, id);
      writeU16(w, index);
      writeU16(w, psks.length);
    });
    const input = expandWithLabel(suite, {
      secret: suite.extract(zero, psk),
      label: "derived psk",
      context: label,
      length: suite.hashLength,
    });
    return suite.extract(input, secret);
  }, zero);
}
