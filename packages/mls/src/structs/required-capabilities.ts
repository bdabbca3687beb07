/** The required_capabilities extension of a GroupContext (RFC 9420, 11.1). */
import {
  decode,
  encode,
  readU16,
  readVectorOf,
  writeU16,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";

export interface RequiredCapabilities {
  readonly extensionTypes: readonly number[];
  readonly proposalTypes: readonly number[];
  readonly credentialTypes: readonly number[];
}

/** Types in one list; as many as there can be extensions. Every member is asked for each of them. */
const MAX_REQUIRED = 256;

export function readRequiredCapabilities(r: Reader): RequiredCapabilities {
  return {
    extensionTypes: readVectorOf(r, readU16, MAX_REQUIRED),
    proposalTypes: readVectorOf(r, readU16, MAX_REQUIRED),
    credentialTypes: readVectorOf(r, readU16, MAX_REQUIRED),
  };
}

export function writeRequiredCapabilities(
  w: Writer,
  x: RequiredCapabilities,
): void {
  writeVectorOf(w, x.extensionTypes, writeU16);
  writeVectorOf(w, x.proposalTypes, writeU16);
  writeVectorOf(w, x.credentialTypes, writeU16);
}

/** The value of the extension's data. */
export function decodeRequiredCapabilities(
  bytes: Uint8Array,
): Result<RequiredCapabilities, DecodeError> {
  return decode(bytes, readRequiredCapabilities);
}

/** The extension's data. */
export function encodeRequiredCapabilities(
  x: RequiredCapabilities,
): Uint8Array {
  return encode((w) => writeRequiredCapabilities(w, x));
}
