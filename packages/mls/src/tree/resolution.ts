/**
 * Resolutions and filtered direct paths (RFC 9420, 4.1.1 and 4.1.2; docs/spec/mls-profile.md, ML-203 and ML-204).
 * A resolution costs as many steps as its subtree has nodes above the nodes found: a whole copath is linear in the tree.
 */
import { leafCount } from "./ratchet-tree.ts";
import type { TreeNodes } from "./ratchet-tree.ts";
import {
  isLeafNode,
  leafToNode,
  leftOf,
  parentOf,
  rightOf,
  rootOf,
  siblingOf,
} from "./tree-math.ts";

/** A node that an UpdatePath of some leaf sets, and its child that is not on that leaf's direct path. */
export interface PathStep {
  readonly node: number;
  readonly copathChild: number;
}

interface Nodes {
  readonly nodes: TreeNodes;
}

/** The nodes whose keys together reach everyone below `head`, from the left. */
export function resolution(tree: Nodes, head: number): number[] {
  const found: number[] = [];
  collectResolution(tree.nodes, head, found);
  return found;
}

/** The resolution without the leaves that the same commit adds: the receivers of a path secret (7.5). */
export function resolutionWithout(
  tree: Nodes,
  head: number,
  excluded: ReadonlySet<number>,
): number[] {
  const found = resolution(tree, head);
  if (excluded.size === 0) return found;
  return found.filter((node) => !isLeafNode(node) || !excluded.has(node / 2));
}

/** The direct path of a leaf without the nodes whose copath child has nobody below it, from the bottom. */
export function filteredDirectPath(tree: Nodes, leafIndex: number): PathStep[] {
  const steps: PathStep[] = [];
  const root = rootOf(leafCount(tree));
  let at = leafToNode(leafIndex);
  while (at !== root) {
    const copathChild = siblingOf(at);
    at = parentOf(at);
    if (!isResolutionEmpty(tree.nodes, copathChild)) {
      steps.push({ node: at, copathChild });
    }
  }
  return steps;
}

/** Whether every node of the subtree is blank: that, and nothing else, makes a resolution empty. */
export function isResolutionEmpty(nodes: TreeNodes, head: number): boolean {
  if (nodes[head] !== undefined) return false;
  if (isLeafNode(head)) return true;
  return (
    isResolutionEmpty(nodes, leftOf(head)) &&
    isResolutionEmpty(nodes, rightOf(head))
  );
}

function collectResolution(
  nodes: TreeNodes,
  head: number,
  found: number[],
): void {
  const node = nodes[head];
  if (node !== undefined) {
    found.push(head);
    if (node.kind === "parent") {
      for (const leaf of node.parent.unmergedLeaves) {
        found.push(leafToNode(leaf));
      }
    }
    return;
  }
  if (isLeafNode(head)) return;
  collectResolution(nodes, leftOf(head), found);
  collectResolution(nodes, rightOf(head), found);
}
