import { concatBytes } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, expect, it } from "vitest";
import { suite3 } from "../suite.ts";
import type { Suite } from "../suite.ts";
import { allNodes, linkNodes, naiveTreeHash } from "../testing/naive-tree.ts";
import { createTestLeaf } from "../testing/tree-group.ts";
import { createTree } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { addLeaf, editTree, removeLeaf, sealDraft } from "./tree-draft.ts";

beforeAll(() => ready);

const random = createSeededRandom("blank hashes").bytes;

/** A tree with these members only, and blanks between. */
function sparseTree(suite: Suite, members: readonly number[]): RatchetTree {
  const newLeaf = () => createTestLeaf({ suite: suite3, random }).leaf;
  const draft = editTree(createTree(suite, newLeaf()));
  const last = Math.max(...members);
  for (let i = 1; i <= last; i += 1) addLeaf(draft, newLeaf());
  for (let i = 0; i <= last; i += 1) {
    if (!members.includes(i)) removeLeaf(draft, i);
  }
  return sealDraft(suite, draft);
}

function expectHashes(suite: Suite, { nodes, hashes }: RatchetTree): void {
  for (const node of allNodes(linkNodes(nodes))) {
    expect(hashes[node.at]).toEqual(naiveTreeHash(suite, nodes, node));
  }
}

it("[ML-205] hashes trees that are mostly blank as any other, the first as the next", () => {
  const suite = { ...suite3 };
  for (const members of [[0, 40], [63], [0, 1, 2, 17], [5, 40, 41], [0, 16]]) {
    expectHashes(suite, sparseTree(suite, members));
  }
});

it("[ML-205] keeps the hashes of one suite from another", () => {
  const other: Suite = {
    ...suite3,
    hash: (data) => suite3.hash(concatBytes(data, Uint8Array.of(1))),
  };
  expectHashes(suite3, sparseTree(suite3, [0, 20]));
  expectHashes(other, sparseTree(other, [0, 20]));
});

it("[ML-206] hashes a blank subtree once for all trees", () => {
  let count = 0;
  const suite: Suite = {
    ...suite3,
    hash: (data) => {
      count += 1;
      return suite3.hash(data);
    },
  };
  const members = [0, 32];
  sparseTree(suite, members);
  const first = count;
  sparseTree(suite, members);
  // Two leaves and the six nodes above each; the root is above both.
  expect(count - first).toBe(2 + 2 * 6 - 1);
  expect(first).toBeGreaterThan(100);
});
