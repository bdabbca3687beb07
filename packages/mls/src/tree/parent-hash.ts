/**
 * Parent hashes (RFC 9420, 7.9; docs/spec/mls-profile.md, ML-230 and ML-231): each non-blank parent was set by a member below it,
 * who signed for it. Without them an insider could hand a newcomer a tree with keys of their own in it.
 */
import { equalBytes, writeVector } from "@halqa/bytes";
import type { ParentNode, TreeNode } from "../structs/tree-node.ts";
import type { Suite } from "../suite.ts";
import { subtreeHash } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { resolution } from "./resolution.ts";
import {
  createTreeHasher,
  hashLeaf,
  hashParent,
  writtenBytes,
} from "./tree-hash.ts";
import type { TreeHasher } from "./tree-hash.ts";
import {
  isInSubtree,
  isLeafNode,
  leafToNode,
  leftOf,
  nodeToLeaf,
  rightOf,
} from "./tree-math.ts";

/** The parent hash of a node towards the child that is not its sibling; `siblingHash` is the original_sibling_tree_hash. */
export function computeParentHash(
  { suite, writer }: TreeHasher,
  parent: Pick<ParentNode, "encryptionKey" | "parentHash">,
  siblingHash: Uint8Array,
): Uint8Array {
  writer.length = 0;
  writeVector(writer, parent.encryptionKey);
  writeVector(writer, parent.parentHash);
  writeVector(writer, siblingHash);
  return suite.hash(writtenBytes(writer));
}

/**
 * The joiner's full check (7.9.2): the first parent that no node below it vouches for, or undefined. A chain of such
 * links can only end at a leaf, whose signature covers it. One link per parent is enough to look for: two of them would
 * need hashes that contain each other, or two nodes left over where there can be one.
 */
export function findUnlinkedParent(
  suite: Suite,
  tree: RatchetTree,
): number | undefined {
  const originals: Originals = {
    tree,
    hasher: createTreeHasher(suite),
    known: new Map(),
  };
  for (let at = 1; at < tree.nodes.length; at += 2) {
    const node = tree.nodes[at];
    if (node?.kind !== "parent") continue;
    const isLinked =
      isLinkedThrough(originals, at, leftOf(at)) ||
      isLinkedThrough(originals, at, rightOf(at));
    if (!isLinked) return at;
  }
  return undefined;
}

const NO_LEAVES: ReadonlySet<number> = new Set();

interface Originals {
  readonly tree: RatchetTree;
  readonly hasher: TreeHasher;
  /** The last original hash of each node: parents above each other mostly lack the same leaves. */
  readonly known: Map<number, OriginalHash>;
}

interface OriginalHash {
  readonly without: readonly number[];
  readonly hash: Uint8Array;
}

/** Whether the node that was set together with `at`, on the side of `child`, carries the parent hash of `at`. */
function isLinkedThrough(
  originals: Originals,
  at: number,
  child: number,
): boolean {
  const { tree, hasher } = originals;
  const node = tree.nodes[at];
  if (node?.kind !== "parent") return false;
  const { unmergedLeaves } = node.parent;
  const unmerged =
    unmergedLeaves.length === 0 ? NO_LEAVES : new Set(unmergedLeaves);
  const below = findPathNeighbour(tree, child, unmerged);
  const claimed = below === undefined ? undefined : parentHashIn(below);
  if (claimed === undefined) return false;
  const sibling = child === leftOf(at) ? rightOf(at) : leftOf(at);
  const siblingHash = originalTreeHash(originals, sibling, unmerged);
  return equalBytes(
    claimed,
    computeParentHash(hasher, node.parent, siblingHash),
  );
}

/**
 * The node that came before a parent in the UpdatePath that set both: what is left of the child's resolution without
 * the leaves added since, which are exactly the parent's unmerged ones on that side. Anything else left over means that
 * the two were not set together.
 */
function findPathNeighbour(
  tree: RatchetTree,
  child: number,
  unmerged: ReadonlySet<number>,
): TreeNode | undefined {
  let neighbour: number | undefined;
  let added = 0;
  for (const node of resolution(tree, child)) {
    if (isLeafNode(node) && unmerged.has(nodeToLeaf(node))) added += 1;
    else if (neighbour === undefined) neighbour = node;
    else return undefined;
  }
  if (
    neighbour === undefined ||
    added !== leavesBelow(unmerged, child).length
  ) {
    return undefined;
  }
  return tree.nodes[neighbour];
}

function parentHashIn(node: TreeNode): Uint8Array | undefined {
  if (node.kind === "parent") return node.parent.parentHash;
  const { source } = node.leaf;
  return source.kind === "commit" ? source.parentHash : undefined;
}

/** The tree hash as it was before the leaves in `without` came: they blank, and in no list of unmerged leaves. */
function originalTreeHash(
  originals: Originals,
  head: number,
  without: ReadonlySet<number>,
): Uint8Array {
  const { tree, hasher, known } = originals;
  const missing = leavesBelow(without, head);
  if (missing.length === 0) return subtreeHash(tree, head);
  const last = known.get(head);
  if (last !== undefined && isSameList(last.without, missing)) return last.hash;
  const hash = isLeafNode(head)
    ? hashLeaf(hasher, nodeToLeaf(head), undefined)
    : hashOriginalParent(originals, head, new Set(missing));
  known.set(head, { without: missing, hash });
  return hash;
}

function hashOriginalParent(
  originals: Originals,
  head: number,
  without: ReadonlySet<number>,
): Uint8Array {
  const left = originalTreeHash(originals, leftOf(head), without);
  const right = originalTreeHash(originals, rightOf(head), without);
  const node = originals.tree.nodes[head];
  const parent =
    node?.kind === "parent" ? withoutLeaves(node.parent, without) : undefined;
  return hashParent(originals.hasher, parent, { left, right });
}

function withoutLeaves(
  parent: ParentNode,
  without: ReadonlySet<number>,
): ParentNode {
  const unmergedLeaves = parent.unmergedLeaves.filter(
    (leaf) => !without.has(leaf),
  );
  return { ...parent, unmergedLeaves };
}

function leavesBelow(leaves: ReadonlySet<number>, head: number): number[] {
  const below: number[] = [];
  for (const leaf of leaves) {
    if (isInSubtree(leafToNode(leaf), head)) below.push(leaf);
  }
  return below;
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry === b[i]);
}
