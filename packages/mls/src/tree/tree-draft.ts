/**
 * Changing a tree (RFC 9420, 7.7 and 12.1.1 to 12.1.3; docs/spec/mls-profile.md, ML-201, ML-202, ML-206). A draft is a private
 * copy of a tree; sealing it hashes what changed, which is about one node per level and change. The tree it came from
 * stays as it was.
 */
import { assertInvariant } from "@halqa/bytes";
import type { LeafNode } from "../structs/leaf-node.ts";
import type { TreeNode } from "../structs/tree-node.ts";
import type { Suite } from "../suite.ts";
import { leafAt, leafCount } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { createTreeHasher, fillHashes } from "./tree-hash.ts";
import {
  changeIndex,
  copyIndex,
  keepIndex,
  resizeIndex,
} from "./tree-index.ts";
import type { DraftIndex } from "./tree-index.ts";
import { directPath, leafToNode, parentOf, rootOf } from "./tree-math.ts";

export interface TreeDraft {
  readonly nodes: (TreeNode | undefined)[];
  /** Missing where a change lies below; a node with a missing hash has no ancestor with one. */
  readonly hashes: (Uint8Array | undefined)[];
  /** Of the nodes as they are now. */
  readonly index: DraftIndex;
  /** No leaf to the left of it is blank, so that many Adds do not search from the start each time. */
  firstFree: number;
}

/** A draft that begins as the tree is. */
export function editTree(tree: RatchetTree): TreeDraft {
  return {
    nodes: [...tree.nodes],
    hashes: [...tree.hashes],
    index: copyIndex(tree),
    firstFree: 0,
  };
}

/** The width in leaves that the tree has so far. */
export function draftLeafCount(draft: TreeDraft): number {
  return leafCount(draft);
}

/** Puts a new member at the leftmost blank leaf, doubling the tree if there is none, and returns the leaf's index. */
export function addLeaf(draft: TreeDraft, leaf: LeafNode): number {
  const { leafRow } = draft.index;
  while (leafRow[draft.firstFree] !== undefined) draft.firstFree += 1;
  const leafIndex = draft.firstFree;
  if (leafIndex >= leafCount(draft)) extend(draft);
  for (const at of directPath(leafToNode(leafIndex), leafCount(draft))) {
    const node = draft.nodes[at];
    if (node?.kind !== "parent") continue;
    const unmergedLeaves = withEntry(node.parent.unmergedLeaves, leafIndex);
    setNode(draft, at, {
      kind: "parent",
      parent: { ...node.parent, unmergedLeaves },
    });
  }
  setLeaf(draft, leafIndex, leaf);
  return leafIndex;
}

/** Replaces a member's leaf and blanks its direct path, whose keys the old leaf may have known. */
export function updateLeaf(
  draft: TreeDraft,
  leafIndex: number,
  leaf: LeafNode,
): void {
  assertMember(draft, leafIndex);
  setLeaf(draft, leafIndex, leaf);
  blankDirectPath(draft, leafIndex);
}

/** Blanks a member's leaf and direct path, then halves the tree while its right half has no member. */
export function removeLeaf(draft: TreeDraft, leafIndex: number): void {
  assertMember(draft, leafIndex);
  setNode(draft, leafToNode(leafIndex), undefined);
  blankDirectPath(draft, leafIndex);
  draft.firstFree = Math.min(draft.firstFree, leafIndex);
  while (leafCount(draft) > 1 && isRightHalfFree(draft)) {
    const width = (draft.nodes.length - 1) / 2;
    draft.nodes.length = width;
    draft.hashes.length = width;
    resizeIndex(draft.index, width);
  }
}

/** Blanks every node above a leaf. */
export function blankDirectPath(draft: TreeDraft, leafIndex: number): void {
  for (const at of directPath(leafToNode(leafIndex), leafCount(draft))) {
    setNode(draft, at, undefined);
  }
}

/** Puts a leaf where it belongs and leaves everything else as it is. */
export function setLeaf(
  draft: TreeDraft,
  leafIndex: number,
  leaf: LeafNode,
): void {
  setNode(draft, leafToNode(leafIndex), { kind: "leaf", leaf });
}

/** Changes one node and forgets the hashes that it went into. */
export function setNode(
  draft: TreeDraft,
  node: number,
  value: TreeNode | undefined,
): void {
  changeIndex(draft.index, node, { to: value });
  draft.nodes[node] = value;
  const root = rootOf(leafCount(draft));
  for (let at = node; draft.hashes[at] !== undefined; at = parentOf(at)) {
    draft.hashes[at] = undefined;
    if (at === root) return;
  }
}

/** The tree that the draft has become; the draft is not to be used any more. */
export function sealDraft(suite: Suite, draft: TreeDraft): RatchetTree {
  const { nodes, hashes } = draft;
  const root = rootOf(leafCount(draft));
  fillHashes(createTreeHasher(suite), draft, root);
  assertInvariant(areFilled(hashes, root), "a sealed tree has all its hashes");
  const tree = { nodes, hashes };
  keepIndex(tree, draft.index);
  return tree;
}

/** No node with a hash has one without below it: where the root has one, all have. */
function areFilled(
  hashes: readonly (Uint8Array | undefined)[],
  root: number,
): hashes is readonly Uint8Array[] {
  return hashes.length === 2 * root + 1 && hashes[root] !== undefined;
}

function extend(draft: TreeDraft): void {
  const width = 2 * draft.nodes.length + 1;
  while (draft.nodes.length < width) {
    draft.nodes.push(undefined);
    draft.hashes.push(undefined);
  }
  resizeIndex(draft.index, width);
}

function isRightHalfFree(draft: TreeDraft): boolean {
  const { leafRow } = draft.index;
  const last = leafRow.findLastIndex((leaf) => leaf !== undefined);
  return last < leafRow.length / 2;
}

/** The sorted list with one entry more; a leaf that was blank is in no list. */
function withEntry(sorted: readonly number[], entry: number): number[] {
  const at = sorted.findIndex((other) => other > entry);
  return at < 0 ? [...sorted, entry] : sorted.toSpliced(at, 0, entry);
}

function assertMember(draft: TreeDraft, leafIndex: number): void {
  assertInvariant(
    leafAt(draft, leafIndex) !== undefined,
    "a change of a leaf that is blank",
  );
}
