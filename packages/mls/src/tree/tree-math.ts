/**
 * Index arithmetic of full binary trees in an array (RFC 9420, 4.1 and Appendix C; docs/spec/mls-profile.md, ML-200).
 * Leaf i is node 2i, a parent has an odd index. Nothing here knows what a node holds. Trees have at most 2^16 leaves, so
 * that every index fits the 32-bit operators.
 */
import { assertInvariant } from "@halqa/bytes";

/** The node index of a leaf. */
export function leafToNode(leafIndex: number): number {
  return 2 * leafIndex;
}

/** The leaf index of a node that is a leaf. */
export function nodeToLeaf(node: number): number {
  assertInvariant(isLeafNode(node), "a parent has no leaf index");
  return node / 2;
}

/** Whether a node index is a leaf's. */
export function isLeafNode(node: number): boolean {
  return (node & 1) === 0;
}

/** The height above the leaves: the number of trailing one bits. */
export function nodeLevel(node: number): number {
  return 31 - Math.clz32(~node & (node + 1));
}

/** The number of nodes of a tree with `leafCount` leaves. */
export function nodeWidth(leafCount: number): number {
  return 2 * leafCount - 1;
}

/** The root of a full tree: `leafCount` is a power of two. */
export function rootOf(leafCount: number): number {
  return leafCount - 1;
}

/** The left child of a parent. */
export function leftOf(parent: number): number {
  return parent - childDistance(parent);
}

/** The right child of a parent. */
export function rightOf(parent: number): number {
  return parent + childDistance(parent);
}

/** The parent of a node; whether the node is the root only its tree can tell, so the caller asks first. */
export function parentOf(node: number): number {
  const level = nodeLevel(node);
  return (node | (1 << level)) & ~(1 << (level + 1));
}

/** The other child of a node's parent; not for a root. */
export function siblingOf(node: number): number {
  return node ^ (1 << (nodeLevel(node) + 1));
}

/** From the node's parent to the root; empty for the root (4.1.2). */
export function directPath(node: number, leafCount: number): number[] {
  const path: number[] = [];
  const root = rootOf(leafCount);
  for (let at = node; at !== root;) {
    at = parentOf(at);
    path.push(at);
  }
  return path;
}

/** The siblings of the node and of its direct path without the root, from the bottom (4.1.2). */
export function copath(node: number, leafCount: number): number[] {
  const siblings: number[] = [];
  const root = rootOf(leafCount);
  for (let at = node; at !== root; at = parentOf(at)) {
    siblings.push(siblingOf(at));
  }
  return siblings;
}

/** Whether `node` is `head` or below it. */
export function isInSubtree(node: number, head: number): boolean {
  const reach = (1 << nodeLevel(head)) - 1;
  return Math.abs(node - head) <= reach;
}

/** The lowest node that has both of two different leaves below it. */
export function commonAncestor(leafA: number, leafB: number): number {
  assertInvariant(leafA !== leafB, "a leaf has no common ancestor with itself");
  const level = 32 - Math.clz32(leafA ^ leafB);
  const first = (leafA >> level) << level;
  return 2 * first + (1 << level) - 1;
}

function childDistance(parent: number): number {
  assertInvariant(!isLeafNode(parent), "a leaf has no children");
  return 1 << (nodeLevel(parent) - 1);
}
