/**
 * The public ratchet tree as immutable data (RFC 9420, 4.1, 7.7 and 12.4.3.3; docs/spec/mls-profile.md, ML-201 to ML-207).
 * A tree carries the hash of each of its nodes, so that a change costs as many hashes as it has ancestors. Trees are
 * made here from scratch or by sealing a draft (tree-draft.ts), never by changing one in place.
 */
import { assertInvariant, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { KeyPair } from "@halqa/crypto";
import type { LeafNode } from "../structs/leaf-node.ts";
import { MAX_TREE_LEAVES } from "../structs/tree-node.ts";
import type { TreeNode } from "../structs/tree-node.ts";
import type { Suite } from "../suite.ts";
import { createTreeHasher, fillHashes } from "./tree-hash.ts";
import {
  isLeafNode,
  leafToNode,
  nodeToLeaf,
  nodeWidth,
  rootOf,
} from "./tree-math.ts";

/** The nodes of a tree at its full width, 2^(d+1) - 1; blank ones are undefined. */
export type TreeNodes = readonly (TreeNode | undefined)[];

export interface RatchetTree {
  readonly nodes: TreeNodes;
  /** The tree hash of each node: always complete, never stale. */
  readonly hashes: readonly Uint8Array[];
}

/** The private keys that one member holds, by node index, its own leaf's among them. */
export type PrivatePath = ReadonlyMap<number, KeyPair>;

/** The tree of a group with one member. */
export function createTree(suite: Suite, leaf: LeafNode): RatchetTree {
  return hashNodes(suite, [{ kind: "leaf", leaf }]);
}

/**
 * A tree from the nodes of the wire form, blanks added on the right up to the full width, all hashes computed. Checks
 * the shape only: what the nodes say is for `validateTree`.
 */
export function treeFromNodes(
  suite: Suite,
  nodes: TreeNodes,
): Result<RatchetTree, { readonly kind: "malformed" }> {
  const last = nodes.length - 1;
  if (last < 0 || !isLeafNode(last) || last > nodeWidth(MAX_TREE_LEAVES)) {
    return err({ kind: "malformed" });
  }
  if (nodes[last] === undefined || !hasKindsInPlace(nodes)) {
    return err({ kind: "malformed" });
  }
  let width = 1;
  while (width < nodes.length) width = 2 * width + 1;
  const full = nodes.slice();
  while (full.length < width) full.push(undefined);
  return ok(hashNodes(suite, full));
}

/** The nodes of the wire form: up to the last one that is not blank. */
export function treeToNodes(tree: RatchetTree): TreeNodes {
  const last = tree.nodes.findLastIndex((node) => node !== undefined);
  return tree.nodes.slice(0, last + 1);
}

/** The hash of the whole tree, as the GroupContext has it. */
export function treeHash(tree: RatchetTree): Uint8Array {
  return subtreeHash(tree, rootOf(leafCount(tree)));
}

/** The tree hash of one node of the tree. */
export function subtreeHash(tree: RatchetTree, node: number): Uint8Array {
  const hash = tree.hashes[node];
  assertInvariant(hash !== undefined, "a node outside the tree has no hash");
  return hash;
}

/** The width of the tree in leaves, blank ones included: a power of two. */
export function leafCount(tree: { readonly nodes: TreeNodes }): number {
  return (tree.nodes.length + 1) / 2;
}

/** The leaf at an index; undefined where it is blank and for every number outside the tree. */
export function leafAt(
  tree: { readonly nodes: TreeNodes },
  leafIndex: number,
): LeafNode | undefined {
  const node = tree.nodes[leafToNode(leafIndex)];
  return node?.kind === "leaf" ? node.leaf : undefined;
}

/** The leaves that are not blank, from the left, with their indexes. */
export function leaves(tree: {
  readonly nodes: TreeNodes;
}): (readonly [number, LeafNode])[] {
  const found: (readonly [number, LeafNode])[] = [];
  for (let at = 0; at < tree.nodes.length; at += 2) {
    const node = tree.nodes[at];
    if (node?.kind === "leaf") found.push([nodeToLeaf(at), node.leaf]);
  }
  return found;
}

function hasKindsInPlace(nodes: TreeNodes): boolean {
  return nodes.every(
    (node, at) =>
      node === undefined || (node.kind === "leaf") === isLeafNode(at),
  );
}

function hashNodes(suite: Suite, nodes: TreeNodes): RatchetTree {
  const hashes = Array.from<Uint8Array>({ length: nodes.length });
  fillHashes(
    createTreeHasher(suite),
    { nodes, hashes },
    (nodes.length - 1) / 2,
  );
  return { nodes, hashes };
}
