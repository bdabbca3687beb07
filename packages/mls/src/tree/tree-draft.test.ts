import { InvariantError } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import {
  createSeededRandom,
  deepFreeze,
  expectUnchanged,
} from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { suite3 } from "../suite.ts";
import type { Suite } from "../suite.ts";
import {
  checkTestPath,
  commitTo,
  createFreshGroup,
  createTestLeaf,
  createTestPath,
  createTreeGroup,
  createWarmGroup,
  openTestPath,
  propose,
} from "../testing/tree-group.ts";
import type { TreeGroup } from "../testing/tree-group.ts";
import { leafAt, leafCount, leaves, treeFromNodes } from "./ratchet-tree.ts";
import {
  addLeaf,
  draftLeafCount,
  editTree,
  removeLeaf,
  sealDraft,
  setNode,
  updateLeaf,
} from "./tree-draft.ts";
import type { TreeDraft } from "./tree-draft.ts";

beforeAll(() => ready);

function newRandom(name: string) {
  return createSeededRandom(`tree draft: ${name}`).bytes;
}

function countHashes(group: TreeGroup, run: (suite: Suite) => void): number {
  let count = 0;
  run({
    ...group.suite,
    hash: (data) => {
      count += 1;
      return group.suite.hash(data);
    },
  });
  return count;
}

function blankNodes({ nodes }: TreeDraft): number[] {
  return [...nodes.keys()].filter((at) => nodes[at] === undefined);
}

describe("adding and removing", () => {
  it("[ML-201] takes the leftmost blank leaf and doubles a full tree", () => {
    const group = createFreshGroup(suite3, {
      random: newRandom("add"),
      count: 8,
    });
    const draft = editTree(group.tree);
    removeLeaf(draft, 5);
    removeLeaf(draft, 2);
    expect(draftLeafCount(draft)).toBe(8);
    const added = [0, 1, 2].map(() =>
      addLeaf(draft, createTestLeaf(group).leaf),
    );
    expect(added).toEqual([2, 5, 8]);
    const tree = sealDraft(suite3, draft);
    expect(leafCount(tree)).toBe(16);
    expect(leaves(tree).length).toBe(9);
  });

  it("[ML-201] halves the tree while its right half has no member", () => {
    const group = createWarmGroup(suite3, {
      random: newRandom("remove"),
      count: 9,
    });
    const draft = editTree(group.tree);
    removeLeaf(draft, 7);
    expect(draftLeafCount(draft)).toBe(16);
    removeLeaf(draft, 8);
    expect(draftLeafCount(draft)).toBe(8);
    for (const leafIndex of [6, 5, 4, 3, 2]) removeLeaf(draft, leafIndex);
    expect(draftLeafCount(draft)).toBe(2);
    removeLeaf(draft, 0);
    expect(draftLeafCount(draft), "leaf 1 stays where it is").toBe(2);
    expect(leaves(sealDraft(suite3, draft)).map(([at]) => at)).toEqual([1]);
  });

  it("[ML-201] halves the tree more than once when the members between are gone already", () => {
    const random = newRandom("far");
    const { tree } = createFreshGroup(suite3, { random, count: 9 });
    const draft = editTree(tree);
    for (const leafIndex of [1, 2, 3, 4, 5, 6, 7]) removeLeaf(draft, leafIndex);
    expect(draftLeafCount(draft)).toBe(16);
    removeLeaf(draft, 8);
    expect(draftLeafCount(draft)).toBe(1);
  });

  it("[ML-201] takes a leaf that became blank after others were added", () => {
    const random = newRandom("again");
    const group = createFreshGroup(suite3, { random, count: 3 });
    const draft = editTree(group.tree);
    const add = () => addLeaf(draft, createTestLeaf(group).leaf);
    expect(add()).toBe(3);
    removeLeaf(draft, 1);
    expect([add(), add()]).toEqual([1, 4]);
  });

  it("[ML-201] blanks the direct path of a leaf that is updated or removed, and no other node", () => {
    const group = createWarmGroup(suite3, {
      random: newRandom("blank"),
      count: 8,
    });
    const draft = editTree(group.tree);
    updateLeaf(draft, 2, createTestLeaf(group).leaf);
    expect(blankNodes(draft)).toEqual([3, 5, 7]);
    removeLeaf(draft, 6);
    expect(blankNodes(draft)).toEqual([3, 5, 7, 11, 12, 13]);
  });

  it("[ML-202] lists a new leaf, in order, at every set node above it", () => {
    const warm = createWarmGroup(suite3, {
      random: newRandom("unmerged"),
      count: 8,
    });
    const gaps = commitTo(warm, { committer: 0, removes: [2, 4] });
    const again = commitTo(gaps, { committer: 6 });
    const draft = editTree(commitTo(again, { committer: 0 }).tree);
    const listed = (at: number) => {
      const node = draft.nodes[at];
      return node?.kind === "parent" ? node.parent.unmergedLeaves : undefined;
    };
    addLeaf(draft, createTestLeaf(warm).leaf);
    addLeaf(draft, createTestLeaf(warm).leaf);
    expect([7, 3, 11, 9].map(listed)).toEqual([[2, 4], [2], [4], undefined]);
  });

  it("[ML-202] keeps the order in a tree where a later leaf was listed before", () => {
    // No honest history has this; a tree that somebody made up alone can.
    const random = newRandom("order");
    const warm = createWarmGroup(suite3, { random, count: 8 });
    const { tree } = commitTo(warm, { committer: 7, removes: [2] });
    const root = tree.nodes[7];
    if (root?.kind !== "parent") throw new Error("a blank root");
    const draft = editTree(tree);
    const parent = { ...root.parent, unmergedLeaves: [1, 5] };
    setNode(draft, 7, { kind: "parent", parent });
    addLeaf(draft, createTestLeaf(warm).leaf);
    expect(draft.nodes[7]).toMatchObject({
      parent: { unmergedLeaves: [1, 2, 5] },
    });
  });

  it("[ML-201] treats a change of a blank leaf as a bug of the caller", () => {
    const draft = editTree(createTreeGroup(suite3, newRandom("bug")).tree);
    expect(() => removeLeaf(draft, 1)).toThrow(InvariantError);
    expect(() => removeLeaf(draft, 2 ** 32 - 1)).toThrow(InvariantError);
  });
});

describe("what trees answer about hostile numbers and nodes", () => {
  it("[ML-207] has no leaf at any index outside the tree", () => {
    const { tree } = createTreeGroup(suite3, newRandom("index"));
    for (const leafIndex of [1, 2 ** 31, 2 ** 32 - 1, -1, 0.5]) {
      expect(leafAt(tree, leafIndex)).toBeUndefined();
    }
  });

  it("[ML-207] refuses nodes that end in a blank or a parent, are none, or stand at the wrong places", () => {
    const { nodes } = createWarmGroup(suite3, {
      random: newRandom("wire"),
      count: 2,
    }).tree;
    const [leaf, parent] = nodes;
    const malformed = [
      [],
      [undefined],
      [leaf, parent],
      [leaf, parent, undefined],
      [parent],
      [leaf, leaf, leaf],
    ];
    for (const list of malformed) {
      expect(treeFromNodes(suite3, list)).toEqual({
        ok: false,
        error: { kind: "malformed" },
      });
    }
    expect(treeFromNodes(suite3, nodes).ok).toBe(true);
  });
});

describe("drafts and caches", () => {
  it("[ML-206] leaves the tree that a draft began with as it was", () => {
    const group = createWarmGroup(suite3, {
      random: newRandom("pure"),
      count: 6,
    });
    deepFreeze(group);
    const commit = { committer: 0, updates: [3], removes: [1, 5], adds: 4 };
    const proposed = expectUnchanged(group, () => propose(group, commit));
    deepFreeze(proposed);
    const created = expectUnchanged([group, proposed], () =>
      createTestPath(proposed, 0),
    );
    deepFreeze(created);
    const { tree, path } = created;
    expectUnchanged([group, proposed, created], () => {
      expect(checkTestPath(proposed, 0, path).ok).toBe(true);
      const opened = openTestPath(proposed, { tree, sender: 0, self: 4, path });
      expect(opened.ok).toBe(true);
    });
  });

  it("[ML-206] hashes one node per level for a change, and nothing for no change", () => {
    const group = createWarmGroup(suite3, {
      random: newRandom("count"),
      count: 32,
    });
    const update = countHashes(group, (suite) => {
      const draft = editTree(group.tree);
      updateLeaf(draft, 17, createTestLeaf(group).leaf);
      sealDraft(suite, draft);
    });
    expect(update).toBe(6);
    const nothing = countHashes(group, (suite) => {
      sealDraft(suite, editTree(group.tree));
    });
    expect(nothing).toBe(0);
    const path = countHashes(group, (suite) => {
      createTestPath(propose({ ...group, suite }, { committer: 9 }), 9);
    });
    // Six tree hashes and the parent hashes of the five nodes of the path.
    expect(path).toBe(11);
  });
});
