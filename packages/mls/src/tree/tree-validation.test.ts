import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import type { ParentNode, TreeNode } from "../structs/tree-node.ts";
import { suite3 } from "../suite.ts";
import { allNodes, linkNodes, naiveLinks } from "../testing/naive-tree.ts";
import {
  commitTo,
  createFreshGroup,
  createTestLeaf,
  createTreeGroup,
  createWarmGroup,
  propose,
  validateTestTree,
} from "../testing/tree-group.ts";
import type { TreeGroup } from "../testing/tree-group.ts";
import { weakPoints } from "../testing/weak-points.ts";
import { computeParentHash, findUnlinkedParent } from "./parent-hash.ts";
import { treeFromNodes, treeHash } from "./ratchet-tree.ts";
import type { RatchetTree, TreeNodes } from "./ratchet-tree.ts";
import { editTree, sealDraft, setNode } from "./tree-draft.ts";
import { createTreeHasher } from "./tree-hash.ts";
import { validateTree } from "./tree-validation.ts";

beforeAll(() => ready);

const random = createSeededRandom("tree validation").bytes;

function fromNodes(nodes: TreeNodes): RatchetTree {
  const tree = treeFromNodes(suite3, nodes);
  if (!tree.ok) throw new Error(tree.error.kind);
  return tree.value;
}

function withNode(tree: RatchetTree, at: number, node: TreeNode | undefined) {
  const draft = editTree(tree);
  setNode(draft, at, node);
  return sealDraft(suite3, draft);
}

function parentAt(tree: RatchetTree, at: number): ParentNode {
  const node = tree.nodes[at];
  if (node?.kind !== "parent") throw new Error(`node ${at} is no parent`);
  return node.parent;
}

function withParent(
  tree: RatchetTree,
  at: number,
  change: Partial<ParentNode>,
) {
  const parent = { ...parentAt(tree, at), ...change };
  return withNode(tree, at, { kind: "parent", parent });
}

describe("unmerged leaves", () => {
  it("[ML-221] lets everyone join who is added 3, 2, then, after a removal, 2 at a time by the creator", () => {
    // Trap 2: a check that asks every node between for the entry, the blank ones too, breaks honest joins here.
    for (const path of [true, false]) {
      let group = createTreeGroup(suite3, random);
      group = commitTo(group, { committer: 0, adds: 3, path });
      group = commitTo(group, { committer: 0, adds: 2, path });
      group = commitTo(group, { committer: 0, removes: [2] });
      group = commitTo(group, { committer: 0, adds: 2, path });
      expect(group.members.size).toBe(7);
      expect(validateTestTree(group)).toBeUndefined();
    }
  });

  it("[ML-221] takes an entry that a set node between lists and blank nodes between do not", () => {
    const group = groupWithUnmerged();
    // The root and its right child list leaf 5; the blank node 9 between the leaf and node 11 can list nobody.
    expect(
      [15, 7, 11].map((at) => parentAt(group.tree, at).unmergedLeaves),
    ).toEqual([[5], [5], [5]]);
    expect(group.tree.nodes[9]).toBeUndefined();
    expect(validateTestTree(group)).toBeUndefined();
  });

  it("[ML-221] refuses an entry that a set node between does not list", () => {
    const group = groupWithUnmerged();
    for (const at of [7, 11]) {
      const hostile = withParent(group.tree, at, { unmergedLeaves: [] });
      expect(validateTestTree(group, hostile)).toEqual({
        kind: "unmerged-leaves",
        node: at === 7 ? 15 : 7,
      });
    }
  });

  it("[ML-221] refuses entries for blank leaves, for leaves elsewhere, out of order and twice", () => {
    const group = commitTo(groupWithUnmerged(), {
      committer: 0,
      adds: 1,
      path: false,
    });
    const blankLeaf = withNode(group.tree, 12, undefined);
    const lists = [[5, 1], [5, 5], [12], [2 ** 31], [1, 5]];
    for (const unmergedLeaves of lists) {
      const hostile = withParent(group.tree, 11, { unmergedLeaves });
      expect(validateTestTree(group, hostile)).toMatchObject({
        kind: "unmerged-leaves",
      });
    }
    const missing = withParent(blankLeaf, 11, { unmergedLeaves: [5, 6] });
    expect(validateTestTree(group, missing)).toMatchObject({
      kind: "unmerged-leaves",
    });
  });
});

/** Sixteen leaves; leaf 5 came after the nodes 15, 7 and 11 were set and its neighbour's node 9 was blanked. */
function groupWithUnmerged(): TreeGroup {
  let group = createWarmGroup(suite3, { random, count: 9 });
  group = commitTo(group, { committer: 7, removes: [4, 5] });
  group = commitTo(group, { committer: 6, adds: 1, path: false });
  group = commitTo(group, { committer: 6 });
  return commitTo(group, { committer: 8, adds: 1, path: false });
}

describe("unmerged leaves below blank nodes", () => {
  it("[ML-221] refuses an entry that the next set node further down does not list", () => {
    let group = createWarmGroup(suite3, { random, count: 9 });
    group = commitTo(group, { committer: 7, removes: [5] });
    group = commitTo(group, { committer: 8, removes: [0] });
    group = commitTo(group, { committer: 8, adds: 2, path: false });
    expect(parentAt(group.tree, 15).unmergedLeaves).toEqual([0, 5]);
    expect(group.tree.nodes[7]).toBeUndefined();
    expect(parentAt(group.tree, 11).unmergedLeaves).toEqual([5]);
    expect(validateTestTree(group)).toBeUndefined();
    const hostile = withParent(group.tree, 11, { unmergedLeaves: [] });
    const fault = { kind: "unmerged-leaves", node: 15 };
    expect(validateTestTree(group, hostile)).toEqual(fault);
  });

  it("[ML-221] refuses an entry for a blank leaf under blank nodes", () => {
    const group = groupWithUnmerged();
    const hostile = withNode(group.tree, 10, undefined);
    const fault = { kind: "unmerged-leaves", node: 7 };
    expect(validateTestTree(group, hostile)).toEqual(fault);
  });
});

describe("the whole tree", () => {
  it("[ML-220] refuses a tree with another hash than the GroupContext says", () => {
    const group = createWarmGroup(suite3, { random, count: 3 });
    const context = {
      groupId: group.groupId,
      treeHash: random(32),
      extensions: [],
    };
    expect(validateTree(suite3, group.tree, context)).toEqual({
      kind: "tree-hash",
    });
  });

  it("[ML-211] refuses a tree that belongs to another group", () => {
    const group = createWarmGroup(suite3, { random, count: 3 });
    const other = { ...group, groupId: random(16) };
    expect(validateTestTree(other)).toEqual({
      kind: "leaf",
      leafIndex: 0,
      fault: "signature",
    });
  });

  it("[ML-222] refuses parents whose key is of low order or of wrong length", () => {
    const group = createWarmGroup(suite3, { random, count: 4 });
    for (const encryptionKey of [...weakPoints, random(31), new Uint8Array()]) {
      const hostile = withParent(group.tree, 5, { encryptionKey });
      expect(validateTestTree(group, hostile)).toEqual({
        kind: "parent-key",
        node: 5,
      });
    }
  });

  it("[ML-223] refuses a parent that is set though one of its sides has no member", () => {
    const group = createWarmGroup(suite3, { random, count: 4 });
    const halfBlank = fromNodes([
      undefined,
      undefined,
      undefined,
      ...group.tree.nodes.slice(3),
    ]);
    expect(validateTestTree(group, halfBlank)).toEqual({
      kind: "one-sided",
      node: 3,
    });
  });

  it("[ML-219] refuses a tree in which a key stands twice", () => {
    const group = createWarmGroup(suite3, { random, count: 4 });
    const { encryptionKey } = parentAt(group.tree, 5);
    const hostile = withParent(group.tree, 1, { encryptionKey });
    expect(validateTestTree(group, hostile)).toEqual({
      kind: "duplicate-key",
      node: 5,
    });
  });

  it("[ML-216] refuses a member that cannot read another one's credential", () => {
    const group = createWarmGroup(suite3, { random, count: 2 });
    const { leaf } = createTestLeaf(group, {
      credential: { type: 0xf00f, data: random(2) },
    });
    const hostile = fromNodes([
      ...group.tree.nodes,
      undefined,
      { kind: "leaf", leaf },
    ]);
    expect(validateTestTree(group, hostile)).toMatchObject({
      kind: "compatibility",
    });
  });
});

describe("parent hashes", () => {
  it("[ML-231] refuses a key that someone put into a parent of a valid tree", () => {
    const group = createWarmGroup(suite3, { random, count: 8 });
    const { publicKey } = suite3.kem.deriveKeyPair(random(32));
    for (const at of [1, 3, 5, 7, 9, 11, 13]) {
      const hostile = withParent(group.tree, at, { encryptionKey: publicKey });
      expect(validateTestTree(group, hostile)?.kind).toBe("parent-hash");
    }
  });

  it("[ML-231] refuses a parent that was put where the tree is blank", () => {
    const group = createFreshGroup(suite3, { random, count: 4 });
    const { publicKey } = suite3.kem.deriveKeyPair(random(32));
    const parent = {
      encryptionKey: publicKey,
      parentHash: new Uint8Array(),
      unmergedLeaves: [],
    };
    for (const unmergedLeaves of [[], [0], [1], [0, 1]]) {
      const node: TreeNode = {
        kind: "parent",
        parent: { ...parent, unmergedLeaves },
      };
      const hostile = withNode(group.tree, 1, node);
      expect(validateTestTree(group, hostile)).toEqual({
        kind: "parent-hash",
        node: 1,
      });
    }
  });

  it("[ML-231] refuses unmerged leaves that were added to lists or taken from them", () => {
    const group = groupWithUnmerged();
    const set = (unmergedLeaves: number[]) =>
      [15, 7, 11].reduce(
        (tree, at) => withParent(tree, at, { unmergedLeaves }),
        group.tree,
      );
    expect(validateTestTree(group, set([5]))).toBeUndefined();
    expect(validateTestTree(group, set([]))?.kind).toBe("parent-hash");
    expect(validateTestTree(group, set([4, 5]))?.kind).toBe("parent-hash");
  });

  it("[ML-231] refuses a parent that lists a leaf which the nodes below do not, on either side", () => {
    const { tree } = createWarmGroup(suite3, { random, count: 8 });
    expect(findUnlinkedParent(suite3, tree)).toBeUndefined();
    for (let leaf = 0; leaf < 8; leaf += 1) {
      const hostile = withParent(tree, 7, { unmergedLeaves: [leaf] });
      expect(findUnlinkedParent(suite3, hostile)).toBe(7);
    }
  });

  it("[ML-230] takes the tree as it was for each parent, when one of them lacked more leaves than another", () => {
    let group = createWarmGroup(suite3, { random, count: 16 });
    group = commitTo(group, { committer: 14, removes: [9, 10] });
    group = commitTo(group, { committer: 14, adds: 1, path: false });
    group = commitTo(group, { committer: 0 });
    group = commitTo(group, { committer: 0, adds: 1, path: false });
    const lists = [15, 23].map((at) => parentAt(group.tree, at).unmergedLeaves);
    expect(lists).toEqual([[10], [9, 10]]);
    expect(findUnlinkedParent(suite3, group.tree)).toBeUndefined();
  });

  it("[ML-230] covers key, parent hash and sibling, each with its length", () => {
    const parent = {
      encryptionKey: Uint8Array.of(1, 2),
      parentHash: Uint8Array.of(3),
    };
    const sibling = Uint8Array.of(4, 5);
    const expected = suite3.hash(Uint8Array.of(2, 1, 2, 1, 3, 2, 4, 5));
    expect(
      computeParentHash(createTreeHasher(suite3), parent, sibling),
    ).toEqual(expected);
  });

  for (let seed = 0; seed < 12; seed += 1) {
    it(`[ML-231] agrees with the definition about trees that were tampered with, seed ${seed}`, () => {
      const seeded = createSeededRandom(`tampered ${seed}`);
      const { tree } = drawGroup(seeded);
      for (let i = 0; i < 12; i += 1) {
        const hostile = tamper(tree, seeded);
        const unlinked = allNodes(linkNodes(hostile.nodes)).filter(
          (node) =>
            hostile.nodes[node.at]?.kind === "parent" &&
            naiveLinks(suite3, hostile.nodes, node).length !== 1,
        );
        const found = findUnlinkedParent(suite3, hostile);
        expect(found === undefined).toBe(unlinked.length === 0);
        const context = {
          groupId: random(4),
          treeHash: treeHash(hostile),
          extensions: [],
        };
        expect(() => validateTree(suite3, hostile, context)).not.toThrow();
      }
    });
  }
});

function drawGroup(seeded: SeededRandom): TreeGroup {
  let group = createWarmGroup(suite3, {
    random: seeded.bytes,
    count: 4 + seeded.int(6),
  });
  group = propose(group, {
    committer: 0,
    removes: [1],
    adds: seeded.int(4),
  }).group;
  group = commitTo(group, { committer: 3 });
  return propose(group, { committer: 0, updates: [2], adds: seeded.int(3) })
    .group;
}

/** One change at one node, often one that leaves the links as they are. */
function tamper(tree: RatchetTree, seeded: SeededRandom): RatchetTree {
  const at = seeded.int(tree.nodes.length);
  const node = tree.nodes[at];
  if (node === undefined) return tree;
  if (node.kind === "leaf") {
    const { leaf } = createTestLeaf({ suite: suite3, random: seeded.bytes });
    return withNode(tree, at, { kind: "leaf", leaf });
  }
  const { parent } = node;
  const unmergedLeaves = seeded.bool(0.5)
    ? [...new Set([...parent.unmergedLeaves, seeded.int(8)])].toSorted(
        (a, b) => a - b,
      )
    : parent.unmergedLeaves.slice(1);
  const change = seeded.pick<Partial<ParentNode>>([
    { unmergedLeaves },
    { unmergedLeaves },
    { encryptionKey: seeded.bytes(32) },
    { parentHash: seeded.bytes(32) },
  ]);
  return seeded.bool(0.2)
    ? withNode(tree, at, undefined)
    : withParent(tree, at, change);
}
