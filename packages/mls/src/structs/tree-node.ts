/** Nodes of the ratchet tree, and the tree as it travels in the ratchet_tree extension (RFC 9420, 7.1 and 12.4.3.3). */
import {
  assertInvariant,
  decode,
  encode,
  failReader,
  hasFailed,
  readOptional,
  readU32,
  readU8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readLeafNode, writeLeafNode } from "./leaf-node.ts";
import type { LeafNode } from "./leaf-node.ts";

export interface ParentNode {
  readonly encryptionKey: Uint8Array;
  readonly parentHash: Uint8Array;
  /** Strictly increasing leaf indexes. */
  readonly unmergedLeaves: readonly number[];
}

export type TreeNode =
  | { readonly kind: "leaf"; readonly leaf: LeafNode }
  | { readonly kind: "parent"; readonly parent: ParentNode };

/** 65,536 leaves: 32 times the largest circle with every device; a blank costs its sender one byte and us a slot. */
export const MAX_TREE_LEAVES = 65_536;

export function readParentNode(r: Reader): ParentNode {
  return {
    encryptionKey: readVector(r),
    parentHash: readVector(r),
    unmergedLeaves: readUnmergedLeaves(r),
  };
}

export function writeParentNode(w: Writer, x: ParentNode): void {
  writeVector(w, x.encryptionKey);
  writeVector(w, x.parentHash);
  writeVectorOf(w, x.unmergedLeaves, writeU32);
}

/**
 * The nodes as sent: at least one, the last one a leaf (a last parent would have nothing to its right), leaves at even
 * places and parents at odd ones.
 */
export function readRatchetTree(r: Reader): (TreeNode | undefined)[] {
  const nodes = readVectorOf(r, readMaybeNode, MAX_TREE_LEAVES * 2 - 1);
  if (!hasFailed(r) && !isTruncatedTree(nodes)) failReader(r, "invalid");
  return nodes;
}

export function writeRatchetTree(
  w: Writer,
  nodes: readonly (TreeNode | undefined)[],
): void {
  assertInvariant(isTruncatedTree(nodes), "a tree ends with a leaf");
  writeVectorOf(w, nodes, (writer, node) =>
    writeOptional(writer, node, writeNode),
  );
}

export function encodeRatchetTree(
  nodes: readonly (TreeNode | undefined)[],
): Uint8Array {
  return encode((w) => writeRatchetTree(w, nodes));
}

export function decodeRatchetTree(
  bytes: Uint8Array,
): Result<(TreeNode | undefined)[], DecodeError> {
  return decode(bytes, readRatchetTree);
}

function isTruncatedTree(nodes: readonly (TreeNode | undefined)[]): boolean {
  if (nodes.at(-1)?.kind !== "leaf") return false;
  return nodes.every(
    (node, index) =>
      node === undefined || node.kind === (index % 2 === 0 ? "leaf" : "parent"),
  );
}

function readMaybeNode(r: Reader): TreeNode | undefined {
  return readOptional(r, readNode);
}

function readNode(r: Reader): TreeNode {
  const type = readU8(r);
  if (type === 1) return { kind: "leaf", leaf: readLeafNode(r) };
  if (type !== 2) failReader(r, "invalid");
  return { kind: "parent", parent: readParentNode(r) };
}

function writeNode(w: Writer, x: TreeNode): void {
  switch (x.kind) {
    case "leaf":
      writeU8(w, 1);
      writeLeafNode(w, x.leaf);
      return;
    case "parent":
      writeU8(w, 2);
      writeParentNode(w, x.parent);
  }
}

function readUnmergedLeaves(r: Reader): number[] {
  const leaves = readVectorOf(r, readU32, MAX_TREE_LEAVES);
  const isSorted = leaves.every((leaf, i) => i === 0 || leaves[i - 1]! < leaf);
  if (!isSorted) failReader(r, "non-canonical");
  return leaves;
}
