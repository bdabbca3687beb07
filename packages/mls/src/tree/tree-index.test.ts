// The index beside a tree, held against a walk over the tree: after random changes, and for keys and members that are
// made to be taken for each other.
import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import type { Extension } from "../structs/extension.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import { encodeRequiredCapabilities } from "../structs/required-capabilities.ts";
import { suite3 } from "../suite.ts";
import {
  plainCompatibility,
  plainDuplicateKey,
  plainUsedKey,
} from "../testing/plain-scans.ts";
import { createTestLeaf, createWarmGroup } from "../testing/tree-group.ts";
import { checkCompatibility } from "./compatibility.ts";
import { findDuplicateKey, hasUsedKey } from "./key-uniqueness.ts";
import { createTree, leaves } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
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
import { indexOf } from "./tree-index.ts";
import { leafToNode } from "./tree-math.ts";

beforeAll(() => ready);

const SEEDS = 24;
const STEPS = 24;
const MOST_MEMBERS = 20;

/** The index of the same nodes in a tree that no draft has led to. */
function walkedIndex({ nodes, hashes }: RatchetTree) {
  return indexOf({ nodes, hashes });
}

/** Few starts and few endings: some keys are equal, most that begin alike are not. */
function drawKey(random: SeededRandom): Uint8Array {
  const key = new Uint8Array(random.pick([32, 32, 32, 31, 3, 0]));
  key.fill(random.int(3), 0, 4);
  key.fill(random.int(100), key.length - 1);
  return key;
}

function drawTypes(
  random: SeededRandom,
  types: readonly number[],
): readonly number[] {
  return random.shuffle(types.filter(() => random.bool(0.9)));
}

function drawLeaf(random: SeededRandom): LeafNode {
  const { leaf } = createTestLeaf({ suite: suite3, random: random.bytes });
  const type = random.bool(0.9) ? 1 : 0xf001;
  const credential =
    type === 1
      ? { type: 1 as const, identity: random.bytes(4) }
      : { type, data: random.bytes(4) };
  return {
    ...leaf,
    encryptionKey: drawKey(random),
    signatureKey: drawKey(random),
    credential,
    capabilities: {
      ...leaf.capabilities,
      credentials: drawTypes(random, [1, 0xf001]),
      extensions: drawTypes(random, [0xf00d]),
      proposals: drawTypes(random, [0xf00e, 9]),
    },
  };
}

function membersOf(draft: TreeDraft): number[] {
  return leaves(draft).map(([leafIndex]) => leafIndex);
}

function change(draft: TreeDraft, random: SeededRandom): void {
  const members = membersOf(draft);
  const someone = random.pick(members);
  const what = random.int(5);
  if (what === 0 && members.length > 1) removeLeaf(draft, someone);
  else if (what === 1) updateLeaf(draft, someone, drawLeaf(random));
  else if (what === 2 && draftLeafCount(draft) > 1) setParent(draft, random);
  else if (members.length < MOST_MEMBERS) addLeaf(draft, drawLeaf(random));
}

/** Anywhere, so also in a right half without members, which no honest history has. */
function setParent(draft: TreeDraft, random: SeededRandom): void {
  const at = 2 * random.int(draftLeafCount(draft) - 1) + 1;
  const parent = {
    encryptionKey: drawKey(random),
    parentHash: new Uint8Array(),
    unmergedLeaves: [],
  };
  setNode(draft, at, { kind: "parent", parent });
}

function drawTree(random: SeededRandom, before: RatchetTree): RatchetTree {
  const draft = editTree(before);
  for (let i = random.int(8); i >= 0; i -= 1) change(draft, random);
  return sealDraft(suite3, draft);
}

function drawNodes(random: SeededRandom, tree: RatchetTree): number[] {
  return [...tree.nodes.keys()].filter(() => random.bool(0.2));
}

function drawPath(random: SeededRandom) {
  return {
    leafNode: drawLeaf(random),
    nodes: Array.from({ length: random.int(4) }, () => ({
      encryptionKey: drawKey(random),
      encryptedPathSecret: [],
    })),
  };
}

function drawExtensions(random: SeededRandom): readonly Extension[] {
  const required = encodeRequiredCapabilities({
    extensionTypes: random.bool(0.5) ? [1, 0xf00d] : [],
    proposalTypes: random.bool(0.5) ? [7, 0xf00e] : [],
    credentialTypes: random.bool(0.5) ? [0xf001] : [],
  });
  return [
    ...(random.bool(0.5) ? [{ type: 3, data: required }] : []),
    ...(random.bool(0.3) ? [{ type: 0xf00d, data: random.bytes(1) }] : []),
    { type: 4, data: random.bytes(1) },
  ];
}

describe("the index beside a tree", () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    it(`[ML-206] is that of a walk over it after any changes, and so are its answers, seed ${seed}`, () => {
      const random = createSeededRandom(`tree index ${seed}`);
      let tree = createTree(suite3, drawLeaf(random));
      for (let step = 0; step < STEPS; step += 1) {
        tree = drawTree(random, tree);
        expect(indexOf(tree)).toEqual(walkedIndex(tree));
        const changed = drawNodes(random, tree);
        expect(findDuplicateKey(tree)).toBe(plainDuplicateKey(tree));
        expect(findDuplicateKey(tree, changed)).toBe(
          plainDuplicateKey(tree, changed),
        );
        const sender = random.pick(membersOf(editTree(tree)));
        const path = drawPath(random);
        expect(hasUsedKey(tree, sender, path)).toBe(
          plainUsedKey(tree, sender, path),
        );
        const extensions = drawExtensions(random);
        expect(checkCompatibility(tree, extensions)).toEqual(
          plainCompatibility(tree, extensions),
        );
      }
    });
  }

  it("[ML-206] is not changed by a draft that begins with the tree", () => {
    const random = createSeededRandom("tree index: pure");
    const { tree } = createWarmGroup(suite3, {
      random: random.bytes,
      count: 7,
    });
    const before = walkedIndex(tree);
    const draft = editTree(tree);
    removeLeaf(draft, 6);
    removeLeaf(draft, 4);
    removeLeaf(draft, 5);
    addLeaf(draft, drawLeaf(random));
    expect(indexOf(tree)).toEqual(before);
    sealDraft(suite3, draft);
    expect(indexOf(tree)).toEqual(before);
  });

  it("[ML-245] finds a key of the path wherever it stands, the sender's own signature key apart", () => {
    const random = createSeededRandom("tree index: path").bytes;
    const { tree } = createWarmGroup(suite3, { random, count: 5 });
    const fresh = createTestLeaf({ suite: suite3, random }).leaf;
    const key = (at: number): Uint8Array => {
      const node = tree.nodes[at];
      if (node === undefined) throw new Error("a blank node");
      return node.kind === "leaf"
        ? node.leaf.encryptionKey
        : node.parent.encryptionKey;
    };
    const stands = [0, 1, 2, 3, 4, 6, 7, 8];
    for (const at of stands) {
      const encryptionKey = key(at);
      const inLeaf = { leafNode: { ...fresh, encryptionKey }, nodes: [] };
      expect(hasUsedKey(tree, 2, inLeaf)).toBe(true);
      const nodes = [{ encryptionKey, encryptedPathSecret: [] }];
      expect(hasUsedKey(tree, 2, { leafNode: fresh, nodes })).toBe(true);
    }
    for (const [leafIndex, { signatureKey }] of leaves(tree)) {
      const path = { leafNode: { ...fresh, signatureKey }, nodes: [] };
      expect(hasUsedKey(tree, 2, path)).toBe(leafIndex !== 2);
    }
  });

  it("[ML-219] finds a key that stands twice among hundreds that all begin alike", () => {
    const random = createSeededRandom("tree index: alike");
    const alike = (i: number) => {
      const key = new Uint8Array(32).fill(7);
      new DataView(key.buffer).setUint32(28, i);
      return key;
    };
    const { leaf } = createTestLeaf({ suite: suite3, random: random.bytes });
    const twin = (i: number): LeafNode => ({
      ...leaf,
      encryptionKey: alike(i),
      signatureKey: alike(i),
    });
    const draft = editTree(createTree(suite3, twin(0)));
    for (let i = 1; i < 512; i += 1) addLeaf(draft, twin(i));
    const added = [addLeaf(draft, twin(600)), addLeaf(draft, twin(300))];
    const tree = sealDraft(suite3, draft);
    expect(findDuplicateKey(tree)).toBe(leafToNode(513));
    expect(findDuplicateKey(tree, added.map(leafToNode))).toBe(leafToNode(300));
    expect(findDuplicateKey(tree, [leafToNode(512)])).toBeUndefined();
  });
});
