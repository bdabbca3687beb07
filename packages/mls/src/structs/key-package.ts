/** KeyPackages (RFC 9420, 10): what someone publishes so that others can add them. */
import {
  decode,
  encode,
  readU16,
  readVector,
  writeU16,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readExtensions, writeExtensions } from "./extension.ts";
import type { Extension } from "./extension.ts";
import { readLeafNode, writeLeafNode } from "./leaf-node.ts";
import type { LeafNode } from "./leaf-node.ts";
import {
  readProtocolVersion,
  writeProtocolVersion,
} from "./protocol-version.ts";

export interface KeyPackage {
  readonly version: number;
  readonly cipherSuite: number;
  readonly initKey: Uint8Array;
  readonly leafNode: LeafNode;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
}

export function readKeyPackage(r: Reader): KeyPackage {
  return {
    version: readProtocolVersion(r),
    cipherSuite: readU16(r),
    initKey: readVector(r),
    leafNode: readLeafNode(r),
    extensions: readExtensions(r),
    signature: readVector(r),
  };
}

export function writeKeyPackage(w: Writer, x: KeyPackage): void {
  writeUnsignedKeyPackage(w, x);
  writeVector(w, x.signature);
}

export function encodeKeyPackage(x: KeyPackage): Uint8Array {
  return encode((w) => writeKeyPackage(w, x));
}

export function decodeKeyPackage(
  bytes: Uint8Array,
): Result<KeyPackage, DecodeError> {
  return decode(bytes, readKeyPackage);
}

/** KeyPackageTBS: everything but the signature. */
export function keyPackageTbs(x: Omit<KeyPackage, "signature">): Uint8Array {
  return encode((w) => writeUnsignedKeyPackage(w, x));
}

function writeUnsignedKeyPackage(
  w: Writer,
  x: Omit<KeyPackage, "signature">,
): void {
  writeProtocolVersion(w, x.version);
  writeU16(w, x.cipherSuite);
  writeVector(w, x.initKey);
  writeLeafNode(w, x.leafNode);
  writeExtensions(w, x.extensions);
}
