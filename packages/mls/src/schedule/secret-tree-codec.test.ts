import {
  createSeededRandom,
  deepFreeze,
  expectUnchanged,
  mutateBytes,
} from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { encodeHex, InvariantError } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { suite3 } from "../suite.ts";
import { suite1 } from "../testing/suite1.ts";
import {
  decodeSecretTree,
  decodeSecretTreeDelta,
  encodeSecretTree,
  encodeSecretTreeDelta,
} from "./secret-tree-codec.ts";
import { applySecretTreeDelta, secretTreeDelta } from "./secret-tree-delta.ts";
import type { SecretTreeDelta } from "./secret-tree-delta.ts";
import {
  createSecretTree,
  LAST_GENERATION,
  messageKey,
  nextMessageKey,
  RATCHET_TYPES,
} from "./secret-tree.ts";
import type { SecretTree } from "./secret-tree.ts";

beforeAll(() => ready);

const limits = { maxForward: 1024, maxSkipped: 8 };
const rootSecret = new Uint8Array(32).fill(0x5a);

/** A message sent or received by someone. */
function step(tree: SecretTree, random: SeededRandom): SecretTree {
  const leaf = random.int(tree.leafCount);
  const type = random.pick(RATCHET_TYPES);
  if (random.bool(0.2))
    return nextMessageKey(suite3, tree, { leaf, type })!.tree;
  const generation = random.int(14);
  const received = messageKey(suite3, tree, { leaf, type, generation, limits });
  return received.kind === "key" ? received.tree : tree;
}

function walk(leafCount: number, steps: number, seed: string): SecretTree[] {
  const random = createSeededRandom(seed);
  const trees = [createSecretTree(suite3, rootSecret, leafCount)];
  while (trees.length <= steps) trees.push(step(trees.at(-1)!, random));
  return trees;
}

const exhausted: SecretTree = {
  leafCount: 1,
  root: {
    kind: "leaf",
    ratchets: {
      handshake: {
        generation: LAST_GENERATION + 1,
        secret: undefined,
        skipped: new Map(),
      },
      application: {
        generation: LAST_GENERATION,
        secret: rootSecret,
        skipped: new Map([
          [
            LAST_GENERATION - 1,
            { key: rootSecret, nonce: rootSecret.subarray(20) },
          ],
        ]),
      },
    },
  },
};

describe("trees", () => {
  it("[ML-150] gives back every tree from its bytes, and the bytes from the tree", () => {
    for (const leafCount of [1, 2, 3, 8]) {
      for (const tree of walk(leafCount, 20, `trees ${leafCount}`)) {
        const bytes = encodeSecretTree(tree);
        expect(decodeSecretTree(suite3, bytes)).toEqual({
          ok: true,
          value: tree,
        });
      }
    }
    const bytes = encodeSecretTree(exhausted);
    expect(decodeSecretTree(suite3, bytes)).toEqual({
      ok: true,
      value: exhausted,
    });
  });

  it("[ML-150] refuses damaged bytes or gives exactly these bytes back", () => {
    const random = createSeededRandom("damaged trees");
    const samples = [...walk(8, 30, "damage").slice(-3), exhausted];
    for (const tree of samples) {
      const bytes = encodeSecretTree(tree);
      for (let i = 0; i < 500; i++) {
        const damaged = mutateBytes(bytes, random);
        const decoded = decodeSecretTree(suite3, damaged);
        if (decoded.ok)
          expect(encodeSecretTree(decoded.value)).toEqual(damaged);
      }
    }
  });

  it("[ML-150] refuses other versions, deeper trees, another suite's lengths and misplaced nodes", () => {
    const bytes = encodeSecretTree(walk(2, 3, "versions").at(-1)!);
    for (const [at, octet] of [
      [0, 0],
      [0, 2],
      [1, 17],
      [1, 255],
      [1, 0],
      [1, 2],
    ] as const) {
      const changed = bytes.slice();
      changed[at] = octet;
      expect(decodeSecretTree(suite3, changed).ok).toBe(false);
    }
    const closed = (depth: number) => Uint8Array.of(1, depth, 0, ...rootSecret);
    expect(decodeSecretTree(suite3, closed(16)).ok).toBe(true);
    expect(decodeSecretTree(suite3, closed(17)).ok).toBe(false);
    const openedLeaf = Uint8Array.of(
      1,
      0,
      1,
      0,
      ...rootSecret,
      0,
      ...rootSecret,
    );
    expect(decodeSecretTree(suite3, openedLeaf).ok).toBe(false);
    openedLeaf[1] = 1;
    expect(decodeSecretTree(suite3, openedLeaf).ok).toBe(true);
    const kept = encodeSecretTree(exhausted);
    expect(decodeSecretTree(suite1, kept).ok).toBe(false);
    expect(decodeSecretTree(suite3, new Uint8Array(0)).ok).toBe(false);
    // Depth 16 of opened nodes and nothing else: cut short, not a stack overflow.
    const deep = new Uint8Array(2 + 16).fill(1);
    deep[1] = 16;
    expect(decodeSecretTree(suite3, deep)).toMatchObject({
      error: { kind: "truncated" },
    });
  });

  it("[ML-150] refuses kept keys out of order, twice, or not before the ratchet", () => {
    const key = { key: rootSecret, nonce: rootSecret.subarray(20) };
    const leaf = exhausted.root.kind === "leaf" ? exhausted.root : undefined;
    const withKept = (generations: readonly number[]) =>
      encodeSecretTree({
        leafCount: 1,
        root: {
          kind: "leaf",
          ratchets: {
            handshake: leaf!.ratchets.handshake,
            application: {
              generation: 9,
              secret: rootSecret,
              skipped: new Map(generations.map((g) => [g, key])),
            },
          },
        },
      });
    expect(decodeSecretTree(suite3, withKept([2, 5, 8])).ok).toBe(true);
    expect(decodeSecretTree(suite3, withKept([5, 2])).ok).toBe(false);
    expect(decodeSecretTree(suite3, withKept([9])).ok).toBe(false);
    const twice = withKept([2, 3]);
    const at = encodeHex(twice).lastIndexOf("00000003") / 2;
    twice[at + 3] = 2;
    expect(decodeSecretTree(suite3, twice).ok).toBe(false);
  });
});

describe("deltas", () => {
  it("[ML-148] leads from the stored tree to the new one, over one message or many", () => {
    const random = createSeededRandom("pairs");
    for (const leafCount of [1, 2, 8, 16]) {
      const trees = walk(leafCount, 40, `deltas ${leafCount}`).map(deepFreeze);
      const pairs = trees
        .slice(1)
        .map((after, i) => [trees[i]!, after] as const);
      for (let i = 0; i < 20; i++) {
        const from = random.int(trees.length);
        const to = from + random.int(trees.length - from);
        pairs.push([trees[from]!, trees[to]!]);
      }
      for (const [before, after] of pairs) {
        const delta = secretTreeDelta(before, after);
        const bytes = encodeSecretTreeDelta(delta);
        expect(decodeSecretTreeDelta(suite3, bytes)).toEqual({
          ok: true,
          value: delta,
        });
        const stored = decodeSecretTree(suite3, encodeSecretTree(before));
        if (!stored.ok) throw new Error("not stored");
        const applied = expectUnchanged(stored.value, () =>
          applySecretTreeDelta(stored.value, delta),
        );
        expect(applied).toEqual({ ok: true, value: after });
      }
    }
  });

  it("[ML-148] holds nothing when nothing changed", () => {
    const tree = walk(8, 10, "same").at(-1)!;
    const delta = secretTreeDelta(tree, tree);
    expect(delta).toEqual({ droppedNodes: [], addedNodes: [], ratchets: [] });
    expect(applySecretTreeDelta(tree, delta)).toEqual({
      ok: true,
      value: tree,
    });
  });

  it("[ML-148] is under 600 bytes for a message in a tree of 1,000 leaves, the first of its sender included", () => {
    let tree = createSecretTree(suite3, rootSecret, 1000);
    const random = createSeededRandom("sizes");
    const sizes: number[] = [];
    for (let i = 0; i < 400; i++) {
      const leaf = i === 0 ? 999 : random.int(1000);
      const next = nextMessageKey(suite3, tree, { leaf, type: "application" })!;
      sizes.push(
        encodeSecretTreeDelta(secretTreeDelta(tree, next.tree)).length,
      );
      tree = next.tree;
    }
    expect(Math.max(...sizes)).toBeLessThan(600);
    const again = nextMessageKey(suite3, tree, {
      leaf: 999,
      type: "application",
    })!;
    expect(
      encodeSecretTreeDelta(secretTreeDelta(tree, again.tree)).length,
    ).toBeLessThan(64);
  });

  it("[ML-148] stays small for an in-order message of a sender with many kept keys", () => {
    const place = { leaf: 3, type: "application" } as const;
    const wide = { maxForward: 1024, maxSkipped: 256 };
    let tree = createSecretTree(suite3, rootSecret, 8);
    for (const generation of [300, 301]) {
      const before = tree;
      const x = messageKey(suite3, tree, {
        ...place,
        generation,
        limits: wide,
      });
      if (x.kind !== "key") throw new Error(x.kind);
      tree = x.tree;
      const { length } = encodeSecretTreeDelta(secretTreeDelta(before, tree));
      if (generation === 301) expect(length).toBeLessThan(64);
    }
  });

  it("[ML-142] trap 11: takes consumed secrets out of the stored tree, and carries none itself", () => {
    const before = createSecretTree(suite3, rootSecret, 4);
    const next = nextMessageKey(suite3, before, {
      leaf: 1,
      type: "handshake",
    })!;
    const delta = secretTreeDelta(before, next.tree);
    const applied = applySecretTreeDelta(before, delta);
    if (!applied.ok) throw new Error("not applied");
    const consumed = [rootSecret, next.key, next.nonce].map(encodeHex);
    const bytes = [
      encodeSecretTreeDelta(delta),
      encodeSecretTree(applied.value),
    ];
    expect(encodeHex(encodeSecretTree(before))).toContain(consumed[0]);
    for (const hex of bytes.map(encodeHex))
      for (const secret of consumed) expect(hex).not.toContain(secret);
  });

  it("[ML-149] refuses a delta that does not belong to the tree", () => {
    const [first, ...later] = walk(8, 25, "strangers");
    const after = later.at(-1)!;
    const delta = secretTreeDelta(first!, after);
    // Applied a second time, and to a tree of another size.
    expect(applySecretTreeDelta(after, delta).ok).toBe(false);
    const small = createSecretTree(suite3, rootSecret, 1);
    expect(applySecretTreeDelta(small, delta).ok).toBe(false);
    expect(() => secretTreeDelta(small, after)).toThrow(InvariantError);
    expect(() => secretTreeDelta(after, first!)).toThrow(InvariantError);
  });

  it("[ML-149] refuses a delta with any of its parts taken out or doubled in place", () => {
    const before = createSecretTree(suite3, rootSecret, 4);
    const { tree } = nextMessageKey(suite3, before, {
      leaf: 1,
      type: "handshake",
    })!;
    const x = messageKey(suite3, tree, {
      leaf: 1,
      type: "handshake",
      generation: 4,
      limits,
    });
    if (x.kind !== "key") throw new Error(x.kind);
    const delta = secretTreeDelta(before, tree);
    const moved = secretTreeDelta(tree, x.tree);
    const [ratchet] = moved.ratchets;
    const refused: readonly (readonly [SecretTree, SecretTreeDelta])[] = [
      [before, { ...delta, droppedNodes: [] }],
      [before, { ...delta, droppedNodes: [1] }],
      [before, { ...delta, addedNodes: delta.addedNodes.slice(1) }],
      [before, { ...delta, ratchets: delta.ratchets.slice(1) }],
      [before, { ...delta, ratchets: [] }],
      [before, { ...delta, droppedNodes: [3, 99] }],
      [tree, { ...moved, addedNodes: [[0, rootSecret]] }],
      [tree, { ...moved, addedNodes: [[2, rootSecret]] }],
      [tree, { ...moved, ratchets: [{ ...ratchet!, generation: 0 }] }],
      [
        tree,
        {
          ...moved,
          ratchets: [{ ...ratchet!, generation: 0, keptKeys: [] }],
        },
      ],
      [
        tree,
        {
          ...moved,
          ratchets: [{ ...ratchet!, generation: 1, keptKeys: [[0, x]] }],
        },
      ],
      [tree, { ...moved, ratchets: [{ ...ratchet!, droppedKeys: [2] }] }],
      [x.tree, { ...moved, ratchets: [{ ...ratchet!, keptKeys: [[0, x]] }] }],
      [tree, { ...moved, ratchets: [{ ...ratchet!, keptKeys: [[7, x]] }] }],
    ];
    expect(applySecretTreeDelta(before, delta).ok).toBe(true);
    expect(applySecretTreeDelta(tree, moved).ok).toBe(true);
    for (const [onto, changed] of refused)
      expect(applySecretTreeDelta(onto, changed)).toEqual({
        ok: false,
        error: { kind: "invalid", at: 0 },
      });
  });

  it("[ML-149] refuses deltas whose lists are not in rising order", () => {
    const send = (tree: SecretTree, leaf: number): SecretTree =>
      nextMessageKey(suite3, tree, { leaf, type: "handshake" })!.tree;
    const before = send(createSecretTree(suite3, rootSecret, 8), 0);
    const delta = secretTreeDelta(before, [1, 2, 4].reduce(send, before));
    const { droppedNodes, addedNodes, ratchets } = delta;
    for (const list of [droppedNodes, addedNodes, ratchets])
      expect(list.length).toBeGreaterThan(1);
    for (const changed of [
      { ...delta, droppedNodes: droppedNodes.toReversed() },
      { ...delta, addedNodes: addedNodes.toReversed() },
      { ...delta, ratchets: ratchets.toReversed() },
      { ...delta, ratchets: [ratchets[0]!, ...ratchets] },
    ]) {
      const bytes = encodeSecretTreeDelta(changed);
      expect(decodeSecretTreeDelta(suite3, bytes)).toMatchObject({
        error: { kind: "non-canonical" },
      });
    }
  });

  it("[ML-149] survives damaged deltas: they do not decode, do not apply, or encode to themselves", () => {
    const random = createSeededRandom("damaged deltas");
    const trees = walk(8, 20, "delta damage");
    const before = trees[10]!;
    const bytes = encodeSecretTreeDelta(secretTreeDelta(before, trees[20]!));
    for (let i = 0; i < 2_000; i++) {
      const damaged = mutateBytes(bytes, random);
      const decoded = decodeSecretTreeDelta(suite3, damaged);
      if (!decoded.ok) continue;
      expect(encodeSecretTreeDelta(decoded.value)).toEqual(damaged);
      applySecretTreeDelta(before, decoded.value);
    }
  });
});
