import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, expect, it } from "vitest";
import { suite3 } from "../suite.ts";
import { createWarmGroup, propose } from "../testing/tree-group.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import { rosterOf, withoutLeaves } from "./roster.ts";

beforeAll(() => ready);

const random = createSeededRandom("roster").bytes;

it("[ML-35] names who sat at which leaf and ends with the last member", () => {
  const group = createWarmGroup(suite3, { random, count: 7 });
  const { tree } = propose(group, { committer: 0, removes: [2, 6] }).group;
  const roster = rosterOf(tree);
  expect(roster).toEqual([0, 1, 2, 3, 4, 5].map((at) => leafAt(tree, at)));
  expect(roster[2]).toBeUndefined();
  expect(rosterOf(group.tree).length).toBe(7);
});

it("[ML-20] is without those who were removed, ends with the last who is left, and leaves the other as it was", () => {
  const { tree } = createWarmGroup(suite3, { random, count: 5 });
  const roster = rosterOf(tree);
  const left = withoutLeaves(roster, new Set([1, 4, 9]));
  expect(left).toEqual([roster[0], undefined, roster[2], roster[3]]);
  expect(roster).toEqual([0, 1, 2, 3, 4].map((at) => leafAt(tree, at)));
  expect(withoutLeaves(left, new Set([0, 2, 3]))).toEqual([]);
});
