// Random histories of one tree, with every cache and shortcut held against the plain definitions.
import { ready } from "@halqa/crypto";
import { createSeededRandom, expectUnchanged } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { suite3 } from "../suite.ts";
import {
  allNodes,
  linkNodes,
  naiveLinks,
  naiveResolution,
  naiveTreeHash,
} from "../testing/naive-tree.ts";
import {
  commitTo,
  createTreeGroup,
  validateTestTree,
} from "../testing/tree-group.ts";
import type { TestCommit, TreeGroup } from "../testing/tree-group.ts";
import { findDuplicateKey } from "./key-uniqueness.ts";
import { treeFromNodes, treeToNodes } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { filteredDirectPath, resolution } from "./resolution.ts";
import { directPath, leafToNode, siblingOf } from "./tree-math.ts";

beforeAll(() => ready);

const SEEDS = 16;
const STEPS = 16;
const MOST_MEMBERS = 14;

function drawCommit(group: TreeGroup, random: SeededRandom): TestCommit {
  const members = random.shuffle([...group.members.keys()]);
  const committer = members.pop() ?? 0;
  const leaving = random.bool(0.4)
    ? random.int(1 + Math.floor(members.length / 2))
    : 0;
  const removes = members.splice(0, leaving);
  const updates = random.bool(0.4) ? members.splice(0, random.int(3)) : [];
  const room = MOST_MEMBERS - group.members.size + removes.length;
  const adds = random.bool(0.5) ? Math.min(room, random.int(5)) : 0;
  const mustHavePath = adds === 0 || removes.length + updates.length > 0;
  return {
    committer,
    removes,
    updates,
    adds,
    path: mustHavePath || random.bool(0.3),
  };
}

function expectDefinitions(tree: RatchetTree): void {
  const { nodes, hashes } = tree;
  expect(hashes.length).toBe(nodes.length);
  for (const node of allNodes(linkNodes(nodes))) {
    expect(hashes[node.at]).toEqual(naiveTreeHash(suite3, nodes, node));
    expect(resolution(tree, node.at)).toEqual(naiveResolution(nodes, node));
    const links = naiveLinks(suite3, nodes, node);
    expect(links.length).toBe(nodes[node.at]?.kind === "parent" ? 1 : 0);
  }
}

/** The tree invariant (4.2) both ways: a member has the key of each node above it where it is not unmerged. */
function expectInvariant({ tree, members }: TreeGroup): void {
  for (const [leafIndex, { privatePath }] of members) {
    const at = leafToNode(leafIndex);
    const width = (tree.nodes.length + 1) / 2;
    const known = directPath(at, width).filter((above) => {
      const node = tree.nodes[above];
      return (
        node?.kind === "parent" &&
        !node.parent.unmergedLeaves.includes(leafIndex)
      );
    });
    expect([...privatePath.keys()].toSorted((a, b) => a - b)).toEqual(
      [at, ...known].toSorted((a, b) => a - b),
    );
    expect(filteredDirectPath(tree, leafIndex).map(({ node }) => node)).toEqual(
      directPath(at, width).filter((_, level, path) => {
        const copathChild = siblingOf(path[level - 1] ?? at);
        return resolution(tree, copathChild).length > 0;
      }),
    );
  }
}

describe("random histories of a tree", () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    it(`[ML-206] keeps its caches and its keys right, seed ${seed}`, () => {
      const random = createSeededRandom(`tree history ${seed}`);
      let group = createTreeGroup(suite3, random.fork("keys").bytes);
      for (let step = 0; step < STEPS; step += 1) {
        const before = group;
        const commit = drawCommit(group, random);
        group = expectUnchanged(before, () => commitTo(before, commit));
        expectDefinitions(group.tree);
        expectInvariant(group);
        expect(findDuplicateKey(group.tree)).toBeUndefined();
        expect(validateTestTree(group)).toBeUndefined();
        const read = treeFromNodes(suite3, treeToNodes(group.tree));
        expect(read).toEqual({ ok: true, value: group.tree });
      }
    });
  }
});
