/**
 * Tree hashes (RFC 9420, 7.8; docs/spec/mls-profile.md, ML-205 and ML-206). A hash that is present in a list of hashes is never
 * computed again: whoever changes a node clears the hashes from there to the root first.
 */
import {
  createWriter,
  writeOptional,
  writeU32,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { Writer } from "@halqa/bytes";
import { writeLeafNode } from "../structs/leaf-node.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import { writeParentNode } from "../structs/tree-node.ts";
import type { ParentNode, TreeNode } from "../structs/tree-node.ts";
import type { Suite } from "../suite.ts";
import { blankHashesOf, keepBlankHash } from "./blank-hashes.ts";
import type { BlankHashes } from "./blank-hashes.ts";
import { isLeafNode, leftOf, nodeToLeaf, rightOf } from "./tree-math.ts";

const LEAF_NODE_TYPE = 1;
const PARENT_NODE_TYPE = 2;

/** Hashes one tree's nodes; it holds a buffer that is used for all of them. */
export interface TreeHasher {
  readonly suite: Suite;
  readonly writer: Writer;
  readonly blanks: BlankHashes;
}

export interface Children {
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

export function createTreeHasher(suite: Suite): TreeHasher {
  return { suite, writer: createWriter(), blanks: blankHashesOf(suite) };
}

/** The tree hash of a leaf; a blank one has a hash as well. */
export function hashLeaf(
  { suite, writer }: TreeHasher,
  leafIndex: number,
  leaf: LeafNode | undefined,
): Uint8Array {
  writer.length = 0;
  writeU8(writer, LEAF_NODE_TYPE);
  writeU32(writer, leafIndex);
  writeOptional(writer, leaf, writeLeafNode);
  return suite.hash(writtenBytes(writer));
}

/** The tree hash of a parent over the hashes of its children. */
export function hashParent(
  { suite, writer }: TreeHasher,
  parent: ParentNode | undefined,
  { left, right }: Children,
): Uint8Array {
  writer.length = 0;
  writeU8(writer, PARENT_NODE_TYPE);
  writeOptional(writer, parent, writeParentNode);
  writeVector(writer, left);
  writeVector(writer, right);
  return suite.hash(writtenBytes(writer));
}

/** The hash of `head`; computes and stores every hash below it that is missing, and no other. */
export function fillHashes(
  hasher: TreeHasher,
  tree: {
    readonly nodes: readonly (TreeNode | undefined)[];
    readonly hashes: (Uint8Array | undefined)[];
  },
  head: number,
): Uint8Array {
  const known = tree.hashes[head];
  if (known !== undefined) return known;
  const hash = isLeafNode(head)
    ? hashLeafNode(hasher, tree.nodes[head], head)
    : hashParentNode(hasher, tree, head);
  tree.hashes[head] = hash;
  return hash;
}

function hashLeafNode(
  hasher: TreeHasher,
  node: TreeNode | undefined,
  at: number,
): Uint8Array {
  const leaf = node?.kind === "leaf" ? node.leaf : undefined;
  const compute = () => hashLeaf(hasher, nodeToLeaf(at), leaf);
  return leaf === undefined
    ? keepBlankHash(hasher.blanks, at, compute)
    : compute();
}

/** A blank node over two blank subtrees heads a blank subtree itself: they are known by the very arrays that were kept. */
function hashParentNode(
  hasher: TreeHasher,
  tree: Parameters<typeof fillHashes>[1],
  at: number,
): Uint8Array {
  const { blanks } = hasher;
  const left = fillHashes(hasher, tree, leftOf(at));
  const right = fillHashes(hasher, tree, rightOf(at));
  const node = tree.nodes[at];
  const parent = node?.kind === "parent" ? node.parent : undefined;
  const compute = () => hashParent(hasher, parent, { left, right });
  return parent === undefined &&
    left === blanks[leftOf(at)] &&
    right === blanks[rightOf(at)]
    ? keepBlankHash(blanks, at, compute)
    : compute();
}

/** What the buffer holds; valid until it is written to again. */
export function writtenBytes(writer: Writer): Uint8Array {
  return writer.buffer.subarray(0, writer.length);
}
