/** Leaf nodes (RFC 9420, 7.2): a member as the tree knows it, and the bytes that its signature covers. */
import {
  encode,
  failReader,
  readU16,
  readU64,
  readU8,
  readVector,
  readVectorOf,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { readCredential, writeCredential } from "./credential.ts";
import type { Credential } from "./credential.ts";
import { readExtensions, writeExtensions } from "./extension.ts";
import type { Extension } from "./extension.ts";

export interface Capabilities {
  readonly versions: readonly number[];
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
  readonly credentials: readonly number[];
}

/** Seconds since 1970; whose clock reads them is the application's affair. */
export interface Lifetime {
  readonly notBefore: bigint;
  readonly notAfter: bigint;
}

export type LeafNodeSource =
  | { readonly kind: "key-package"; readonly lifetime: Lifetime }
  | { readonly kind: "update" }
  | { readonly kind: "commit"; readonly parentHash: Uint8Array };

export interface LeafNode {
  readonly encryptionKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
  readonly capabilities: Capabilities;
  readonly source: LeafNodeSource;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
}

export type UnsignedLeafNode = Omit<LeafNode, "signature">;

export function readLeafNode(r: Reader): LeafNode {
  return {
    encryptionKey: readVector(r),
    signatureKey: readVector(r),
    credential: readCredential(r),
    capabilities: readCapabilities(r),
    source: readSource(r),
    extensions: readExtensions(r),
    signature: readVector(r),
  };
}

export function writeLeafNode(w: Writer, x: LeafNode): void {
  writeUnsignedLeafNode(w, x);
  writeVector(w, x.signature);
}

export function encodeLeafNode(x: LeafNode): Uint8Array {
  return encode((w) => writeLeafNode(w, x));
}

/**
 * LeafNodeTBS. A leaf made for a group (source update or commit) is signed together with its place there, so `place`
 * must be given for those; for a leaf of a KeyPackage it is left out of the bytes.
 */
export function leafNodeTbs(
  leaf: UnsignedLeafNode,
  place:
    { readonly groupId: Uint8Array; readonly leafIndex: number } | undefined,
): Uint8Array {
  return encode((w) => {
    writeUnsignedLeafNode(w, leaf);
    if (leaf.source.kind === "key-package" || place === undefined) return;
    writeVector(w, place.groupId);
    writeU32(w, place.leafIndex);
  });
}

/** Types in one list of a leaf; clients list a few dozen. A larger list would make every check of the tree pay for one member. */
const MAX_CAPABILITIES = 256;

export function readCapabilities(r: Reader): Capabilities {
  return {
    versions: readVectorOf(r, readU16, MAX_CAPABILITIES),
    cipherSuites: readVectorOf(r, readU16, MAX_CAPABILITIES),
    extensions: readVectorOf(r, readU16, MAX_CAPABILITIES),
    proposals: readVectorOf(r, readU16, MAX_CAPABILITIES),
    credentials: readVectorOf(r, readU16, MAX_CAPABILITIES),
  };
}

export function writeCapabilities(w: Writer, x: Capabilities): void {
  writeVectorOf(w, x.versions, writeU16);
  writeVectorOf(w, x.cipherSuites, writeU16);
  writeVectorOf(w, x.extensions, writeU16);
  writeVectorOf(w, x.proposals, writeU16);
  writeVectorOf(w, x.credentials, writeU16);
}

function writeUnsignedLeafNode(w: Writer, x: UnsignedLeafNode): void {
  writeVector(w, x.encryptionKey);
  writeVector(w, x.signatureKey);
  writeCredential(w, x.credential);
  writeCapabilities(w, x.capabilities);
  writeSource(w, x.source);
  writeExtensions(w, x.extensions);
}

function readSource(r: Reader): LeafNodeSource {
  switch (readU8(r)) {
    case 1:
      return {
        kind: "key-package",
        lifetime: { notBefore: readU64(r), notAfter: readU64(r) },
      };
    case 2:
      return { kind: "update" };
    case 3:
      return { kind: "commit", parentHash: readVector(r) };
    default:
      failReader(r, "invalid");
      return { kind: "update" };
  }
}

function writeSource(w: Writer, x: LeafNodeSource): void {
  switch (x.kind) {
    case "key-package":
      writeU8(w, 1);
      writeU64(w, x.lifetime.notBefore);
      writeU64(w, x.lifetime.notAfter);
      return;
    case "update":
      writeU8(w, 2);
      return;
    case "commit":
      writeU8(w, 3);
      writeVector(w, x.parentHash);
  }
}
