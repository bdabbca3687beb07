import { describe, expect, it } from "vitest";
import type { TreeNode } from "../structs/tree-node.ts";
import {
  filteredDirectPath,
  resolution,
  resolutionWithout,
} from "./resolution.ts";

const EMPTY = new Uint8Array();

/** Resolutions look at nothing but which nodes are blank and who is unmerged. */
const leafNode: TreeNode = {
  kind: "leaf",
  leaf: {
    encryptionKey: EMPTY,
    signatureKey: EMPTY,
    credential: { type: 1, identity: EMPTY },
    capabilities: {
      versions: [],
      cipherSuites: [],
      extensions: [],
      proposals: [],
      credentials: [],
    },
    source: { kind: "update" },
    extensions: [],
    signature: EMPTY,
  },
};

/** The nodes in order: L a leaf, _ a blank, P a parent, P:1 a parent where leaf 1 is unmerged. */
function drawTree(drawing: string): readonly (TreeNode | undefined)[] {
  return drawing.split(" ").map((word) => {
    if (word === "_") return undefined;
    if (word === "L") return leafNode;
    const unmergedLeaves = word.split(":").slice(1).map(Number);
    const parent = { encryptionKey: EMPTY, parentHash: EMPTY, unmergedLeaves };
    return { kind: "parent", parent };
  });
}

/** The figure of 4.1.1: X[B] over A and B and the blank beside D, Y over E and F. */
const withUnmerged = drawTree("L _ L P:1 _ _ L _ L P L _ _ _ L");

/** The figure of 4.1.2: A, B, E, F, G; T over A and B, X over E and F, Y and the root W are set. */
const fiveMembers = drawTree("L P L _ _ _ _ P L P L P L _ _");

function pathOf(leafIndex: number): number[] {
  const steps = filteredDirectPath({ nodes: fiveMembers }, leafIndex);
  return steps.map(({ node }) => node);
}

describe("resolution", () => {
  const tree = { nodes: withUnmerged };

  it("[ML-203] gives a set node followed by its unmerged leaves, a blank one by its children", () => {
    expect(resolution(tree, 3)).toEqual([3, 2]);
    expect(resolution(tree, 7)).toEqual([3, 2, 9, 14]);
    expect(resolution(tree, 0)).toEqual([0]);
  });

  it("[ML-203] is empty for a blank leaf and for a subtree of blanks", () => {
    expect(resolution(tree, 4)).toEqual([]);
    expect(resolution(tree, 12)).toEqual([]);
    expect(resolution({ nodes: fiveMembers }, 5)).toEqual([]);
  });

  it("[ML-240] leaves out the leaves of the same commit, by themselves and as unmerged ones", () => {
    expect(resolutionWithout(tree, 7, new Set([1, 7]))).toEqual([3, 9]);
    expect(resolutionWithout(tree, 7, new Set())).toEqual([3, 2, 9, 14]);
  });
});

describe("filtered direct path", () => {
  it("[ML-204] leaves out the nodes whose copath child has nobody below it", () => {
    expect(pathOf(0)).toEqual([1, 7]);
    expect(pathOf(1)).toEqual([1, 7]);
    expect(pathOf(4)).toEqual([9, 11, 7]);
    expect(pathOf(5)).toEqual([9, 11, 7]);
    expect(pathOf(6)).toEqual([11, 7]);
  });

  it("[ML-204] counts a member under blank nodes as somebody", () => {
    const nodes = drawTree("L _ L _ _ _ L");
    expect(filteredDirectPath({ nodes }, 0)).toEqual([
      { node: 1, copathChild: 2 },
      { node: 3, copathChild: 5 },
    ]);
  });

  it("[ML-204] is empty for a member that is alone", () => {
    expect(filteredDirectPath({ nodes: [leafNode] }, 0)).toEqual([]);
  });
});
