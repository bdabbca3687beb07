/**
 * The signature of a leaf (RFC 9420, 7.2). Leaves are signed and checked here only, so that what is signed and what is
 * checked cannot come apart.
 */
import { signWithLabel, verifyWithLabel } from "../labeled.ts";
import { leafNodeTbs } from "../structs/leaf-node.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import type { Suite } from "../suite.ts";

const LABEL = "LeafNodeTBS";

/** Where a leaf stands; signed with every leaf that was made for a group, so that it cannot be moved to another place. */
export interface LeafPlace {
  readonly groupId: Uint8Array;
  readonly leafIndex: number;
}

/** What a leaf says apart from the signer's key, which follows from the seed. */
export type LeafContent = Omit<LeafNode, "signature" | "signatureKey">;

/** Completes a leaf with the public key of `seed` and its signature; `place` counts for sources update and commit. */
export function signLeaf(
  suite: Suite,
  o: {
    readonly seed: Uint8Array;
    readonly leaf: LeafContent;
    readonly place: LeafPlace | undefined;
  },
): LeafNode {
  const unsigned = {
    ...o.leaf,
    signatureKey: suite.signaturePublicKey(o.seed),
  };
  const content = leafNodeTbs(unsigned, o.place);
  const signature = signWithLabel(suite, {
    key: o.seed,
    label: LABEL,
    content,
  });
  return { ...unsigned, signature };
}

/** Whether the leaf was signed with its own signature key, for this place if it was made for a group. */
export function verifyLeafSignature(
  suite: Suite,
  leaf: LeafNode,
  place: LeafPlace | undefined,
): boolean {
  return verifyWithLabel(suite, {
    publicKey: leaf.signatureKey,
    label: LABEL,
    content: leafNodeTbs(leaf, place),
    signature: leaf.signature,
  });
}
