/**
 * What would take a walk over a whole tree to find out, kept beside the tree: how its keys begin, which kinds of members
 * it has, its leaves in a row. A walk over a thousand members reads as many scattered objects, which takes longer than
 * the cryptography of a commit, and a commit changes two dozen of them. So a draft takes a copy of its tree's index,
 * brings it up to date with each node that it sets, and leaves it to the tree that it becomes.
 *
 * The index follows from the nodes and is no part of the tree: trees with equal nodes are equal, and one that no draft
 * led to is walked over when it is first asked about. Never here: anything that the nodes do not say.
 */
import type { LeafNode } from "../structs/leaf-node.ts";
import type { TreeNode } from "../structs/tree-node.ts";
import { blankKeyStarts, copyKeyStarts, setKeyStarts } from "./key-starts.ts";
import type { KeyStarts } from "./key-starts.ts";
import { countMember } from "./member-kinds.ts";
import type { MemberKind, MemberKinds } from "./member-kinds.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { isLeafNode, nodeToLeaf } from "./tree-math.ts";

export interface TreeIndex {
  readonly keyStarts: KeyStarts;
  readonly memberKinds: MemberKinds;
  /** By leaf index; blank ones are undefined. */
  readonly leafRow: readonly (LeafNode | undefined)[];
}

/** The index of a draft, which changes with it. */
export interface DraftIndex extends TreeIndex {
  keyStarts: KeyStarts;
  readonly memberKinds: Map<string, MemberKind>;
  readonly leafRow: (LeafNode | undefined)[];
}

const kept = new WeakMap<RatchetTree, TreeIndex>();

/** The index of a tree; a walk over it where no draft has left one. */
export function indexOf(tree: RatchetTree): TreeIndex {
  const known = kept.get(tree);
  if (known !== undefined) return known;
  const index = blankIndex(tree.nodes.length);
  for (const [at, node] of tree.nodes.entries()) {
    if (node !== undefined) changeIndex(index, at, { to: node });
  }
  kept.set(tree, index);
  return index;
}

/** The index of a tree that a draft has become; it is not to be changed any more. */
export function keepIndex(tree: RatchetTree, index: TreeIndex): void {
  kept.set(tree, index);
}

/** An index to change, for a draft that begins as the tree is. */
export function copyIndex(tree: RatchetTree): DraftIndex {
  const { keyStarts, memberKinds, leafRow } = indexOf(tree);
  return {
    keyStarts: copyKeyStarts(keyStarts, tree.nodes.length),
    memberKinds: new Map(memberKinds),
    leafRow: [...leafRow],
  };
}

/** For a tree that has doubled, with blanks, or lost its right half, in which there was no member. */
export function resizeIndex(index: DraftIndex, width: number): void {
  const { leafRow } = index;
  const leaves = (width + 1) / 2;
  index.keyStarts = copyKeyStarts(index.keyStarts, width);
  while (leafRow.length < leaves) leafRow.push(undefined);
  leafRow.length = leaves;
}

/** For a node that is set. */
export function changeIndex(
  index: DraftIndex,
  at: number,
  { to }: { readonly to: TreeNode | undefined },
): void {
  setKeyStarts(index.keyStarts, at, to);
  if (!isLeafNode(at)) return;
  const { leafRow, memberKinds } = index;
  const leafIndex = nodeToLeaf(at);
  const before = leafRow[leafIndex];
  const after = to?.kind === "leaf" ? to.leaf : undefined;
  if (before !== undefined) countMember(memberKinds, before, -1);
  if (after !== undefined) countMember(memberKinds, after, 1);
  leafRow[leafIndex] = after;
}

function blankIndex(width: number): DraftIndex {
  const keyStarts = blankKeyStarts(width);
  const leafRow = Array.from({ length: (width + 1) / 2 }, () => undefined);
  return { keyStarts, memberKinds: new Map(), leafRow };
}
