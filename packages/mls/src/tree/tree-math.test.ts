import { describe, expect, it } from "vitest";
import { loadVectors } from "../testing/vectors.ts";
import {
  commonAncestor,
  copath,
  directPath,
  isInSubtree,
  isLeafNode,
  leafToNode,
  leftOf,
  nodeLevel,
  nodeWidth,
  parentOf,
  rightOf,
  rootOf,
  siblingOf,
} from "./tree-math.ts";

interface Vector {
  readonly n_leaves: number;
  readonly n_nodes: number;
  readonly root: number;
  readonly left: readonly (number | null)[];
  readonly right: readonly (number | null)[];
  readonly parent: readonly (number | null)[];
  readonly sibling: readonly (number | null)[];
}

const vectors = loadVectors<Vector>("tree-math");

describe.skipIf(vectors === undefined)("tree-math vectors", () => {
  for (const vector of vectors ?? []) {
    it(`[ML-200] agrees about a tree of ${vector.n_leaves} leaves`, () => {
      const { root } = vector;
      const nodes = [...Array(vector.n_nodes).keys()];
      expect(nodeWidth(vector.n_leaves)).toBe(vector.n_nodes);
      expect(rootOf(vector.n_leaves)).toBe(root);
      const child = (of: (node: number) => number) =>
        nodes.map((node) => (isLeafNode(node) ? null : of(node)));
      const above = (of: (node: number) => number) =>
        nodes.map((node) => (node === root ? null : of(node)));
      expect(child(leftOf)).toEqual(vector.left);
      expect(child(rightOf)).toEqual(vector.right);
      expect(above(parentOf)).toEqual(vector.parent);
      expect(above(siblingOf)).toEqual(vector.sibling);
    });
  }
});

describe("paths in the tree of Appendix C", () => {
  it("[ML-200] walks from a node to the root and along the siblings", () => {
    expect(directPath(leafToNode(2), 8)).toEqual([5, 3, 7]);
    expect(copath(leafToNode(2), 8)).toEqual([6, 1, 11]);
    expect(directPath(7, 8)).toEqual([]);
    expect(copath(7, 8)).toEqual([]);
    expect(directPath(0, 1)).toEqual([]);
  });

  it("[ML-200] finds levels, subtrees and lowest common ancestors as the paths define them", () => {
    const count = 64;
    for (let a = 0; a < count; a += 1) {
      const path = directPath(leafToNode(a), count);
      expect(path.map(nodeLevel)).toEqual([1, 2, 3, 4, 5, 6]);
      for (let b = 0; b < count; b += 1) {
        if (a === b) continue;
        const other = new Set(directPath(leafToNode(b), count));
        const meeting = path.find((node) => other.has(node));
        expect(commonAncestor(a, b)).toBe(meeting);
        for (const node of path) {
          expect(isInSubtree(leafToNode(b), node)).toBe(other.has(node));
        }
      }
    }
  });
});
