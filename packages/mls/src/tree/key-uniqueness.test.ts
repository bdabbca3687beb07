import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { suite3 } from "../suite.ts";
import { createTestLeaf, createWarmGroup } from "../testing/tree-group.ts";
import { findDuplicateKey } from "./key-uniqueness.ts";
import { leafAt } from "./ratchet-tree.ts";
import { addLeaf, editTree, sealDraft, setNode } from "./tree-draft.ts";
import { leafToNode } from "./tree-math.ts";

beforeAll(() => ready);

const random = createSeededRandom("key uniqueness").bytes;

function alike(length: number, last: number): Uint8Array {
  return new Uint8Array(length).fill(7).with(length - 1, last);
}

describe("keys of a tree", () => {
  it("[ML-219] finds a key that stands twice, whichever nodes share it", () => {
    const { tree } = createWarmGroup(suite3, { random, count: 8 });
    expect(findDuplicateKey(tree)).toBeUndefined();
    for (const [from, to] of [
      [0, 8],
      [0, 5],
      [5, 0],
      [5, 11],
    ] as const) {
      const source = tree.nodes[from];
      const target = tree.nodes[to];
      const encryptionKey =
        source?.kind === "leaf"
          ? source.leaf.encryptionKey
          : source?.parent.encryptionKey;
      if (target === undefined || encryptionKey === undefined)
        throw new Error("a blank node");
      const draft = editTree(tree);
      const changed =
        target.kind === "leaf"
          ? { ...target, leaf: { ...target.leaf, encryptionKey } }
          : { ...target, parent: { ...target.parent, encryptionKey } };
      setNode(draft, to, changed);
      const twice = sealDraft(suite3, draft);
      expect(findDuplicateKey(twice)).toBe(Math.max(from, to));
      expect(findDuplicateKey(twice, [to])).toBe(from);
      expect(findDuplicateKey(twice, [to, from])).toBe(from);
      expect(
        findDuplicateKey(twice, [2]),
        "not among the changed nodes",
      ).toBeUndefined();
    }
  });

  it("[ML-219] finds a signature key that two members share, also when both are new", () => {
    const group = createWarmGroup(suite3, { random, count: 4 });
    const known = leafAt(group.tree, 2)?.signatureKey ?? new Uint8Array();
    const draft = editTree(group.tree);
    const twin = { ...createTestLeaf(group).leaf, signatureKey: known };
    const other = { ...createTestLeaf(group).leaf, signatureKey: known };
    const added = [addLeaf(draft, twin), addLeaf(draft, other)].map(leafToNode);
    const tree = sealDraft(suite3, draft);
    expect(findDuplicateKey(tree)).toBe(added[0]);
    expect(findDuplicateKey(tree, added)).toBe(added[1]);
    expect(findDuplicateKey(tree, added.slice(0, 1))).toBe(leafToNode(2));
  });

  it("[ML-219] tells apart keys that begin alike, and takes keys of any length", () => {
    const group = createWarmGroup(suite3, { random, count: 3 });
    const draft = editTree(group.tree);
    for (const encryptionKey of [
      alike(32, 1),
      alike(32, 2),
      alike(31, 7),
      alike(70_000, 3),
    ]) {
      addLeaf(draft, { ...createTestLeaf(group).leaf, encryptionKey });
    }
    addLeaf(draft, {
      ...createTestLeaf(group).leaf,
      encryptionKey: new Uint8Array(),
    });
    const tree = sealDraft(suite3, draft);
    expect(findDuplicateKey(tree)).toBeUndefined();
    expect(findDuplicateKey(tree, [6])).toBeUndefined();
  });
});
