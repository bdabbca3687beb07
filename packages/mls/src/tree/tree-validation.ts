/**
 * The check of a whole tree, by a member that joins and has seen none of its history (RFC 9420, 12.4.3.1; docs/spec/mls-profile.md,
 * ML-220 to ML-223, ML-231). The signatures dominate its cost, one per member; all else is linear, or n log n for trees with unmerged
 * leaves everywhere. It bounds nothing by itself: refuse a tree with more leaves than the profile allows before.
 */
import { equalBytes } from "@halqa/bytes";
import type { GroupContext } from "../structs/group-context.ts";
import type { ParentNode } from "../structs/tree-node.ts";
import type { Suite } from "../suite.ts";
import { checkCompatibility } from "./compatibility.ts";
import type { CompatibilityFault } from "./compatibility.ts";
import { findDuplicateKey } from "./key-uniqueness.ts";
import { validateLeaf } from "./leaf-validation.ts";
import type { LeafFault } from "./leaf-validation.ts";
import { findUnlinkedParent } from "./parent-hash.ts";
import { leafAt, leaves, treeHash } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { isResolutionEmpty } from "./resolution.ts";
import { isInSubtree, leafToNode, leftOf, rightOf } from "./tree-math.ts";

export type TreeFault =
  | { readonly kind: "tree-hash" }
  | {
      readonly kind:
        | "duplicate-key"
        | "parent-key"
        | "unmerged-leaves"
        | "one-sided"
        | "parent-hash";
      readonly node: number;
    }
  | {
      readonly kind: "leaf";
      readonly leafIndex: number;
      readonly fault: LeafFault;
    }
  | { readonly kind: "compatibility"; readonly fault: CompatibilityFault };

/** The first fault of a tree that is said to belong to a GroupContext, the cheap checks first; undefined for a valid one. */
export function validateTree(
  suite: Suite,
  tree: RatchetTree,
  context: Pick<GroupContext, "groupId" | "treeHash" | "extensions">,
): TreeFault | undefined {
  if (!equalBytes(treeHash(tree), context.treeHash)) {
    return { kind: "tree-hash" };
  }
  const incompatible = checkCompatibility(tree, context.extensions);
  if (incompatible !== undefined) {
    return { kind: "compatibility", fault: incompatible };
  }
  const duplicate = findDuplicateKey(tree);
  if (duplicate !== undefined)
    return { kind: "duplicate-key", node: duplicate };
  return (
    findParentFault(suite, tree) ??
    findLinkFault(suite, tree) ??
    findLeafFault(suite, tree, context.groupId)
  );
}

function findLeafFault(
  suite: Suite,
  tree: RatchetTree,
  groupId: Uint8Array,
): TreeFault | undefined {
  for (const [leafIndex, leaf] of leaves(tree)) {
    const place = { groupId, leafIndex };
    const fault = validateLeaf(suite, leaf, { kind: "tree", place });
    if (fault !== undefined) return { kind: "leaf", leafIndex, fault };
  }
  return undefined;
}

function findLinkFault(suite: Suite, tree: RatchetTree): TreeFault | undefined {
  const node = findUnlinkedParent(suite, tree);
  return node === undefined ? undefined : { kind: "parent-hash", node };
}

function findParentFault(
  suite: Suite,
  tree: RatchetTree,
): TreeFault | undefined {
  for (let at = 1; at < tree.nodes.length; at += 2) {
    const node = tree.nodes[at];
    if (node?.kind !== "parent") continue;
    if (!suite.kem.isPublicKey(node.parent.encryptionKey)) {
      return { kind: "parent-key", node: at };
    }
    if (isOneSided(tree, at)) return { kind: "one-sided", node: at };
    if (!areUnmergedLeavesValid(tree, at, node.parent)) {
      return { kind: "unmerged-leaves", node: at };
    }
  }
  return undefined;
}

/**
 * A parent that is set has members on both sides: a path leaves out the others, and removing the last member of a side
 * blanks the parent. A tree with such a parent at its right edge could not even be written in the wire form.
 */
function isOneSided({ nodes }: RatchetTree, at: number): boolean {
  return (
    isResolutionEmpty(nodes, leftOf(at)) ||
    isResolutionEmpty(nodes, rightOf(at))
  );
}

/**
 * Each entry is a member below the node, the entries increase, and the next non-blank parent on the way down to it
 * lists it too. That parent is checked in its turn, so in the end all between are; blank ones list nobody.
 */
function areUnmergedLeavesValid(
  tree: RatchetTree,
  at: number,
  { unmergedLeaves }: ParentNode,
): boolean {
  return unmergedLeaves.every((leaf, i) => {
    const previous = unmergedLeaves[i - 1];
    if (previous !== undefined && previous >= leaf) return false;
    if (leafAt(tree, leaf) === undefined) return false;
    return isInSubtree(leafToNode(leaf), at) && isListedBelow(tree, at, leaf);
  });
}

function isListedBelow(tree: RatchetTree, at: number, leaf: number): boolean {
  const target = leafToNode(leaf);
  let below = at;
  do {
    below = target < below ? leftOf(below) : rightOf(below);
  } while (tree.nodes[below] === undefined);
  const node = tree.nodes[below];
  return (
    node?.kind !== "parent" || isInSorted(node.parent.unmergedLeaves, leaf)
  );
}

/** Binary search: a list can have as many entries as the tree has leaves. */
function isInSorted(sorted: readonly number[], wanted: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}
