/**
 * What a leaf must be by itself (RFC 9420, 7.2 and 7.3; docs/spec/mls-profile.md, ML-210 to ML-215). What leaves must be together
 * is in compatibility.ts and key-uniqueness.ts; whether the credential is true, and whether it may follow another one
 * at the same leaf, is for the application.
 */
import { equalBytes } from "@halqa/bytes";
import { hasDuplicateExtensions } from "../structs/extension.ts";
import type { LeafNode, LeafNodeSource } from "../structs/leaf-node.ts";
import { MLS10 } from "../structs/protocol-version.ts";
import type { Suite } from "../suite.ts";
import { verifyLeafSignature } from "./leaf-signature.ts";
import type { LeafPlace } from "./leaf-signature.ts";

/** Where the leaf was met. The clock is the caller's: without `now` only a lifetime that never was is a fault. */
export type LeafSituation = {
  /** False only for a leaf whose signature this state has verified before, or made. */
  readonly checkSignature?: boolean;
  readonly now?: bigint | undefined;
} & (
  | { readonly kind: "key-package" }
  | { readonly kind: "tree"; readonly place: LeafPlace }
  | {
      readonly kind: "update" | "commit";
      readonly place: LeafPlace;
      /** The leaf that this one takes the place of. */
      readonly replaced: LeafNode;
    }
);

export type LeafFault =
  | "source"
  | "lifetime"
  | "not-yet-valid"
  | "expired"
  | "encryption-key"
  | "same-encryption-key"
  | "version"
  | "suite"
  | "credential"
  | "duplicate-extension"
  | "extension"
  | "signature";

/** The first fault of a leaf, the cheap checks first; undefined for a valid one. */
export function validateLeaf(
  suite: Suite,
  leaf: LeafNode,
  where: LeafSituation,
): LeafFault | undefined {
  return (
    findSourceFault(leaf.source, where) ??
    findKeyFault(suite, leaf, where) ??
    findSupportFault(suite, leaf) ??
    findSignatureFault(suite, leaf, where)
  );
}

/** Extension types that every client knows and no leaf lists (7.2). */
export function isDefaultExtension(type: number): boolean {
  return type >= 1 && type <= 5;
}

/** Proposal types that every client knows and no leaf lists (7.2). */
export function isDefaultProposal(type: number): boolean {
  return type >= 1 && type <= 7;
}

function findSourceFault(
  source: LeafNodeSource,
  where: LeafSituation,
): LeafFault | undefined {
  if (where.kind !== "tree" && source.kind !== where.kind) return "source";
  if (source.kind !== "key-package") return undefined;
  const { notBefore, notAfter } = source.lifetime;
  if (notBefore >= notAfter) return "lifetime";
  if (where.now === undefined) return undefined;
  if (where.now < notBefore) return "not-yet-valid";
  return where.now > notAfter ? "expired" : undefined;
}

function findKeyFault(
  suite: Suite,
  leaf: LeafNode,
  where: LeafSituation,
): LeafFault | undefined {
  if (!suite.kem.isPublicKey(leaf.encryptionKey)) return "encryption-key";
  if (!("replaced" in where)) return undefined;
  // A leaf that keeps its key would heal nothing.
  return equalBytes(leaf.encryptionKey, where.replaced.encryptionKey)
    ? "same-encryption-key"
    : undefined;
}

function findSupportFault(suite: Suite, leaf: LeafNode): LeafFault | undefined {
  const { capabilities, extensions } = leaf;
  if (!capabilities.versions.includes(MLS10)) return "version";
  if (!capabilities.cipherSuites.includes(suite.id)) return "suite";
  if (!capabilities.credentials.includes(leaf.credential.type)) {
    return "credential";
  }
  if (hasDuplicateExtensions(extensions)) return "duplicate-extension";
  const isListed = extensions.every(
    ({ type }) =>
      isDefaultExtension(type) || capabilities.extensions.includes(type),
  );
  return isListed ? undefined : "extension";
}

/** Verification refuses keys of wrong length and of small order too, so the key has no check of its own. */
function findSignatureFault(
  suite: Suite,
  leaf: LeafNode,
  where: LeafSituation,
): LeafFault | undefined {
  if (where.checkSignature === false) return undefined;
  const place = where.kind === "key-package" ? undefined : where.place;
  return verifyLeafSignature(suite, leaf, place) ? undefined : "signature";
}
