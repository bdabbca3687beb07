/**
 * The secrets of an UpdatePath and what follows from them (RFC 9420, 7.4 to 7.6; docs/spec/mls-profile.md, ML-241). One secret is
 * drawn; each next one up the *filtered* direct path follows from it, and after the last one comes the commit secret.
 */
import type { KeyPair } from "@halqa/crypto";
import { deriveSecret } from "../labeled.ts";
import type { Suite } from "../suite.ts";
import { computeParentHash } from "./parent-hash.ts";
import { subtreeHash } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import type { PathStep } from "./resolution.ts";
import { blankDirectPath, editTree, setNode } from "./tree-draft.ts";
import type { TreeDraft } from "./tree-draft.ts";
import { createTreeHasher } from "./tree-hash.ts";

/** The label under which path secrets are encrypted (7.6). */
export const PATH_NODE_LABEL = "UpdatePathNode";

/** The secret of the next node up; of the commit, when it was the last node's. */
export function nextPathSecret(suite: Suite, secret: Uint8Array): Uint8Array {
  return deriveSecret(suite, secret, "path");
}

/** The key pair of the node that a path secret belongs to; costs one X25519 operation. */
export function deriveNodeKeys(suite: Suite, secret: Uint8Array): KeyPair {
  return suite.kem.deriveKeyPair(deriveSecret(suite, secret, "node"));
}

/** A node that a path sets, with the public key it gets. */
export interface KeyedStep extends PathStep {
  readonly encryptionKey: Uint8Array;
}

/**
 * A draft of the tree with a member's direct path blanked first and the steps of its filtered direct path set, and the
 * parent hash that the member's leaf has to carry; the leaf itself is still the old one. Parent hashes go from the root
 * down, and each covers the copath child as the tree has it: no path changes a hash there (7.9).
 */
export function mergePathKeys(
  suite: Suite,
  o: {
    readonly tree: RatchetTree;
    readonly leafIndex: number;
    readonly steps: readonly KeyedStep[];
  },
): { readonly draft: TreeDraft; readonly leafParentHash: Uint8Array } {
  const draft = editTree(o.tree);
  blankDirectPath(draft, o.leafIndex);
  const hasher = createTreeHasher(suite);
  let parentHash: Uint8Array = new Uint8Array(0);
  for (const { node, copathChild, encryptionKey } of o.steps.toReversed()) {
    const parent = { encryptionKey, parentHash, unmergedLeaves: [] };
    setNode(draft, node, { kind: "parent", parent });
    const siblingHash = subtreeHash(o.tree, copathChild);
    parentHash = computeParentHash(hasher, parent, siblingHash);
  }
  return { draft, leafParentHash: parentHash };
}
