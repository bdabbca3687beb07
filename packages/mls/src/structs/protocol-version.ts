/** The protocol version (RFC 9420, 6). There is one; any other is malformed wherever the version of our own group stands. */
import { assertInvariant, failReader, readU16, writeU16 } from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";

export const MLS10 = 1;

export function readProtocolVersion(r: Reader): number {
  const version = readU16(r);
  if (version !== MLS10) failReader(r, "invalid");
  return version;
}

export function writeProtocolVersion(w: Writer, version: number): void {
  assertInvariant(version === MLS10, "only MLS 1.0 is written");
  writeU16(w, version);
}
