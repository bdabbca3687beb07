import { encodeHex } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, expect, it } from "vitest";
import type { LeafNode } from "../structs/leaf-node.ts";
import { suite3 } from "../suite.ts";
import {
  createTestLeaf,
  createWarmGroup,
  propose,
} from "../testing/tree-group.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { clientName, isAnyHere, isKeyHere } from "./clients.ts";
import { defaultPolicy } from "./default-policy.ts";
import type { GroupEnv } from "./state.ts";

beforeAll(() => ready);

const random = createSeededRandom("clients").bytes;
const NOBODY = new Set<number>();

function envWith(clientOf: (leaf: LeafNode) => string): GroupEnv {
  const policy = { ...defaultPolicy, clientOf };
  return { suite: suite3, random, policy };
}

const byKey = envWith((leaf) => encodeHex(leaf.signatureKey));
const allOne = envWith(() => "everyone");

function leafOf(tree: RatchetTree, leafIndex: number): LeafNode {
  const leaf = leafAt(tree, leafIndex);
  if (leaf === undefined) throw new Error("a blank leaf");
  return leaf;
}

it("[ML-61] finds a client under the name that this policy gives it, whoever asked before", () => {
  const { tree } = createWarmGroup(suite3, { random, count: 4 });
  const stranger = createTestLeaf({ suite: suite3, random }).leaf;
  const isHere = (env: GroupEnv, leaf: LeafNode): boolean => {
    const names = new Set([clientName(env, leaf)]);
    return isAnyHere(env, tree, { names, removed: NOBODY });
  };
  for (let i = 0; i < 2; i += 1) {
    expect(isHere(byKey, leafOf(tree, 3))).toBe(true);
    expect(isHere(byKey, stranger)).toBe(false);
    expect(isHere(allOne, stranger)).toBe(true);
  }
});

it("[ML-61] passes over the leaves that the commit removes, and only over those", () => {
  const { tree } = createWarmGroup(suite3, { random, count: 4 });
  const { signatureKey } = leafOf(tree, 2);
  const names = new Set([clientName(byKey, leafOf(tree, 2))]);
  for (const [removed, isHere] of [
    [new Set([2]), false],
    [new Set([1, 3]), true],
  ] as const) {
    expect(isAnyHere(byKey, tree, { names, removed })).toBe(isHere);
    expect(isKeyHere(tree, { signatureKey, removed })).toBe(isHere);
  }
  const everyone = new Set([clientName(allOne, leafOf(tree, 0))]);
  const o = { names: everyone, removed: new Set([0, 1, 2]) };
  expect(isAnyHere(allOne, tree, o)).toBe(true);
});

it("[ML-61] asks the policy once for a leaf of one tree, and again for another tree", () => {
  const group = createWarmGroup(suite3, { random, count: 4 });
  let asked = 0;
  const counting = envWith((leaf) => {
    asked += 1;
    return encodeHex(leaf.signatureKey);
  });
  const names = new Set(["client:nobody"]);
  const ask = (tree: RatchetTree): boolean =>
    isAnyHere(counting, tree, { names, removed: NOBODY });
  expect([ask(group.tree), ask(group.tree), asked]).toEqual([false, false, 4]);
  const { tree } = propose(group, { committer: 0, adds: 1 }).group;
  expect([ask(tree), asked]).toEqual([false, 9]);
});
