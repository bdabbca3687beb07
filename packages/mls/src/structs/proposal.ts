/**
 * Proposals (RFC 9420, 12.1), by value and by reference (12.4). Types of private use carry one opaque vector; any other
 * unknown type is malformed, because a commit over it could not be applied by anyone here.
 */
import {
  assertInvariant,
  decode,
  encode,
  failReader,
  readU16,
  readU32,
  readU8,
  readVector,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { FIRST_PRIVATE_TYPE } from "./credential.ts";
import { readExtensions, writeExtensions } from "./extension.ts";
import type { Extension } from "./extension.ts";
import { readKeyPackage, writeKeyPackage } from "./key-package.ts";
import type { KeyPackage } from "./key-package.ts";
import { readLeafNode, writeLeafNode } from "./leaf-node.ts";
import type { LeafNode } from "./leaf-node.ts";
import { readPreSharedKeyId, writePreSharedKeyId } from "./pre-shared-key.ts";
import type { PreSharedKeyId } from "./pre-shared-key.ts";

export type Proposal =
  | { readonly kind: "add"; readonly keyPackage: KeyPackage }
  | { readonly kind: "update"; readonly leafNode: LeafNode }
  | { readonly kind: "remove"; readonly removed: number }
  | { readonly kind: "psk"; readonly psk: PreSharedKeyId }
  | {
      readonly kind: "reinit";
      readonly groupId: Uint8Array;
      readonly version: number;
      readonly cipherSuite: number;
      readonly extensions: readonly Extension[];
    }
  | { readonly kind: "external-init"; readonly kemOutput: Uint8Array }
  | {
      readonly kind: "group-context-extensions";
      readonly extensions: readonly Extension[];
    }
  /** `type` is at least 0xF000. */
  | {
      readonly kind: "custom";
      readonly type: number;
      readonly data: Uint8Array;
    };

export type ProposalOrRef =
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | { readonly kind: "reference"; readonly reference: Uint8Array };

const TYPES = {
  add: 1,
  update: 2,
  remove: 3,
  psk: 4,
  reinit: 5,
  "external-init": 6,
  "group-context-extensions": 7,
} as const;

/** The number of the proposal's type in the registry (17.4). */
export function proposalType(x: Proposal): number {
  return x.kind === "custom" ? x.type : TYPES[x.kind];
}

export function readProposal(r: Reader): Proposal {
  const type = readU16(r);
  switch (type) {
    case TYPES.add:
      return { kind: "add", keyPackage: readKeyPackage(r) };
    case TYPES.update:
      return { kind: "update", leafNode: readLeafNode(r) };
    case TYPES.remove:
      return { kind: "remove", removed: readU32(r) };
    case TYPES.psk:
      return { kind: "psk", psk: readPreSharedKeyId(r) };
    case TYPES.reinit:
      return {
        kind: "reinit",
        groupId: readVector(r),
        // A later version may stand here: it is the one that the new group would run.
        version: readU16(r),
        cipherSuite: readU16(r),
        extensions: readExtensions(r),
      };
    case TYPES["external-init"]:
      return { kind: "external-init", kemOutput: readVector(r) };
    case TYPES["group-context-extensions"]:
      return {
        kind: "group-context-extensions",
        extensions: readExtensions(r),
      };
    default:
      if (type < FIRST_PRIVATE_TYPE) failReader(r, "invalid");
      return { kind: "custom", type, data: readVector(r) };
  }
}

export function writeProposal(w: Writer, x: Proposal): void {
  writeU16(w, proposalType(x));
  switch (x.kind) {
    case "add":
      return writeKeyPackage(w, x.keyPackage);
    case "update":
      return writeLeafNode(w, x.leafNode);
    case "remove":
      return writeU32(w, x.removed);
    case "psk":
      return writePreSharedKeyId(w, x.psk);
    case "reinit":
      writeVector(w, x.groupId);
      writeU16(w, x.version);
      writeU16(w, x.cipherSuite);
      return writeExtensions(w, x.extensions);
    case "external-init":
      return writeVector(w, x.kemOutput);
    case "group-context-extensions":
      return writeExtensions(w, x.extensions);
    case "custom":
      assertInvariant(x.type >= FIRST_PRIVATE_TYPE, "proposal type has a form");
      return writeVector(w, x.data);
  }
}

export function encodeProposal(x: Proposal): Uint8Array {
  return encode((w) => writeProposal(w, x));
}

export function decodeProposal(
  bytes: Uint8Array,
): Result<Proposal, DecodeError> {
  return decode(bytes, readProposal);
}

export function readProposalOrRef(r: Reader): ProposalOrRef {
  const type = readU8(r);
  if (type === 1) return { kind: "proposal", proposal: readProposal(r) };
  if (type !== 2) failReader(r, "invalid");
  return { kind: "reference", reference: readVector(r) };
}

export function writeProposalOrRef(w: Writer, x: ProposalOrRef): void {
  switch (x.kind) {
    case "proposal":
      writeU8(w, 1);
      writeProposal(w, x.proposal);
      return;
    case "reference":
      writeU8(w, 2);
      writeVector(w, x.reference);
  }
}
