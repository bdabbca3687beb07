/**
 * Extensions (RFC 9420, 7.2 and 13.4). The data of an extension stays opaque here, so that no extension can make the decoder
 * recurse; whoever knows the type decodes it. Duplicates are well-formed and invalid: `hasDuplicateExtensions`.
 */
import {
  readU16,
  readVector,
  readVectorOf,
  writeU16,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";

/** Types of RFC 9420, 17.3 that this package reads or refuses. */
export const RATCHET_TREE_EXTENSION = 0x0002;
export const REQUIRED_CAPABILITIES_EXTENSION = 0x0003;
export const EXTERNAL_SENDERS_EXTENSION = 0x0005;

export interface Extension {
  readonly type: number;
  readonly data: Uint8Array;
}

/** More than any profile needs; a list of 1,000 would only be there to cost time. */
const MAX_EXTENSIONS = 256;

export function readExtensions(r: Reader): Extension[] {
  return readVectorOf(r, readExtension, MAX_EXTENSIONS);
}

export function writeExtensions(w: Writer, x: readonly Extension[]): void {
  writeVectorOf(w, x, writeExtension);
}

/** True when two extensions of the list have one type, which RFC 9420, 13.4 forbids. */
export function hasDuplicateExtensions(
  extensions: readonly Extension[],
): boolean {
  const types = new Set(extensions.map((extension) => extension.type));
  return types.size !== extensions.length;
}

/** The data of the first extension of that type. */
export function findExtension(
  extensions: readonly Extension[],
  type: number,
): Uint8Array | undefined {
  return extensions.find((extension) => extension.type === type)?.data;
}

function readExtension(r: Reader): Extension {
  return { type: readU16(r), data: readVector(r) };
}

function writeExtension(w: Writer, x: Extension): void {
  writeU16(w, x.type);
  writeVector(w, x.data);
}
