import {
  createSeededRandom,
  deepFreeze,
  expectUnchanged,
} from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { encode, encodeHex, InvariantError, writeBytes } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { deriveSecret, deriveTreeSecret, expandWithLabel } from "../labeled.ts";
import { suite3 } from "../suite.ts";
import { vectorSuites } from "../testing/suite1.ts";
import { fromHex, loadVectors } from "../testing/vectors.ts";
import { encodeSecretTree } from "./secret-tree-codec.ts";
import {
  createSecretTree,
  LAST_GENERATION,
  leafRatchets,
  messageKey,
  nextMessageKey,
  RATCHET_TYPES,
} from "./secret-tree.ts";
import type {
  MessageKey,
  RatchetPlace,
  SecretNode,
  SecretTree,
} from "./secret-tree.ts";

interface SecretTreeVector {
  readonly cipher_suite: number;
  readonly encryption_secret: string;
  readonly leaves: readonly (readonly LeafVector[])[];
}

interface LeafVector {
  readonly generation: number;
  readonly application_key: string;
  readonly application_nonce: string;
  readonly handshake_key: string;
  readonly handshake_nonce: string;
}

beforeAll(() => ready);

const limits = { maxForward: 1024, maxSkipped: 256 };
const rootSecret = new Uint8Array(32).fill(0x5a);

function createTree(leafCount: number): SecretTree {
  return createSecretTree(suite3, rootSecret, leafCount);
}

function keptGenerations(tree: SecretTree): number[] {
  return [...leafRatchets(tree, 1)!.application.skipped.keys()];
}

/** Receives, expecting a key. */
function take(
  tree: SecretTree,
  place: RatchetPlace & { readonly generation: number },
): MessageKey & { readonly tree: SecretTree } {
  const received = messageKey(suite3, tree, { ...place, limits });
  if (received.kind !== "key") throw new Error(received.kind);
  return received;
}

const vectors = loadVectors<SecretTreeVector>("secret-tree");

describe.skipIf(vectors === undefined).each(vectors ?? [])(
  "secret-tree, suite $cipher_suite, $leaves.length leaves",
  (v) => {
    const suite = vectorSuites.get(v.cipher_suite)!;
    const start = (): SecretTree =>
      createSecretTree(suite, fromHex(v.encryption_secret), v.leaves.length);

    it("[ML-140] derives the receiver's key of every generation", () => {
      let tree = start();
      for (const [leaf, entries] of v.leaves.entries()) {
        for (const entry of entries) {
          for (const type of RATCHET_TYPES) {
            const { generation } = entry;
            const received = messageKey(suite, tree, {
              leaf,
              type,
              generation,
              limits,
            });
            expect(received).toMatchObject({
              kind: "key",
              key: fromHex(entry[`${type}_key`]),
              nonce: fromHex(entry[`${type}_nonce`]),
            });
            if (received.kind === "key") tree = received.tree;
          }
        }
      }
    });

    it("[ML-140] derives the sender's keys one after the other", () => {
      let tree = start();
      for (const [leaf, entries] of v.leaves.entries()) {
        const last = Math.max(...entries.map(({ generation }) => generation));
        for (let generation = 0; generation <= last; generation++) {
          const entry = entries.find((x) => x.generation === generation);
          for (const type of RATCHET_TYPES) {
            const next = nextMessageKey(suite, tree, { leaf, type })!;
            expect(next.generation).toBe(generation);
            if (entry !== undefined) {
              expect(next.key).toEqual(fromHex(entry[`${type}_key`]));
              expect(next.nonce).toEqual(fromHex(entry[`${type}_nonce`]));
            }
            tree = next.tree;
          }
        }
      }
    });
  },
);

describe("sending", () => {
  const place: RatchetPlace = { leaf: 2, type: "application" };

  it("[ML-141] trap 10: gives each generation once, as long as the newest tree is used", () => {
    let tree = createTree(4);
    const keys = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const next = nextMessageKey(suite3, tree, place)!;
      expect(next.generation).toBe(i);
      keys.add(encodeHex(next.key)).add(encodeHex(next.nonce));
      tree = next.tree;
    }
    expect(keys.size).toBe(100);
  });

  it("[ML-141] trap 10: gives the same key to whoever asks a stale tree again, so a tree is stored before its message leaves", () => {
    const stale = createTree(4);
    const first = nextMessageKey(suite3, stale, place)!;
    const again = nextMessageKey(suite3, stale, place)!;
    expect([again.generation, again.key]).toEqual([0, first.key]);
    // A receiver opens only one of the two.
    const received = take(createTree(4), { ...place, generation: 0 });
    expect(
      messageKey(suite3, received.tree, { ...place, generation: 0, limits }),
    ).toEqual({ kind: "consumed" });
  });

  it("[ML-141] does not let a sender receive its own message", () => {
    const sent = nextMessageKey(suite3, createTree(4), place)!;
    expect(
      messageKey(suite3, sent.tree, { ...place, generation: 0, limits }),
    ).toEqual({ kind: "consumed" });
  });

  it("[ML-146] ends after generation 2^32-1", () => {
    const secret = new Uint8Array(32).fill(3);
    const ratchet = { generation: LAST_GENERATION, secret, skipped: new Map() };
    const tree: SecretTree = {
      leafCount: 1,
      root: {
        kind: "leaf",
        ratchets: { handshake: ratchet, application: ratchet },
      },
    };
    const only: RatchetPlace = { leaf: 0, type: "application" };
    const last = nextMessageKey(suite3, tree, only)!;
    expect(last.generation).toBe(0xffff_ffff);
    expect(nextMessageKey(suite3, last.tree, only)).toBeUndefined();
    const received = take(tree, { ...only, generation: LAST_GENERATION });
    expect(received.key).toEqual(last.key);
    expect(received.tree).toEqual(last.tree);
    for (const generation of [0, LAST_GENERATION]) {
      expect(
        messageKey(suite3, last.tree, { ...only, generation, limits }),
      ).toEqual({ kind: "consumed" });
    }
    // The other ratchet of the leaf goes on.
    expect(
      nextMessageKey(suite3, last.tree, { leaf: 0, type: "handshake" }),
    ).toBeDefined();
  });
});

describe("receiving", () => {
  const place: RatchetPlace = { leaf: 1, type: "application" };

  it("[ML-143] opens messages in any order within the limits, each once", () => {
    const random = createSeededRandom("any order");
    for (let round = 0; round < 10; round++) {
      const count = 2 + random.int(30);
      const sent: MessageKey[] = [];
      let sender = createTree(8);
      for (let i = 0; i < count; i++) {
        const next = nextMessageKey(suite3, sender, place)!;
        sent.push({ key: next.key, nonce: next.nonce });
        sender = next.tree;
      }
      let tree = createTree(8);
      for (const generation of random.shuffle([...sent.keys()])) {
        const received = take(tree, { ...place, generation });
        expect(received).toMatchObject(sent[generation]!);
        tree = received.tree;
        expect(
          messageKey(suite3, tree, { ...place, generation, limits }),
        ).toEqual({ kind: "consumed" });
      }
      expect(leafRatchets(tree, 1)!.application.skipped.size).toBe(0);
    }
  });

  it("[ML-144] refuses a generation further ahead than the limit", () => {
    const tree = take(createTree(2), { ...place, generation: 4 }).tree;
    const at = (generation: number, maxForward: number) =>
      messageKey(suite3, tree, {
        ...place,
        generation,
        limits: { maxForward, maxSkipped: 256 },
      }).kind;
    expect(at(5, 0)).toBe("key");
    expect(at(6, 0)).toBe("too-far");
    expect(at(15, 10)).toBe("key");
    expect(at(16, 10)).toBe("too-far");
    expect(at(LAST_GENERATION, 1024)).toBe("too-far");
    expect(at(5, Number.NaN)).toBe("too-far");
    // Keys kept from before do not depend on how far one may go.
    expect(at(3, 0)).toBe("key");
  });

  it("[ML-145] keeps at most the newest keys that the limit allows", () => {
    const few = { maxForward: 1024, maxSkipped: 3 };
    const after = (tree: SecretTree, generation: number): SecretTree => {
      const x = messageKey(suite3, tree, { ...place, generation, limits: few });
      if (x.kind !== "key") throw new Error(x.kind);
      return x.tree;
    };
    let tree = after(createTree(2), 2);
    expect(keptGenerations(tree)).toEqual([0, 1]);
    tree = after(tree, 5);
    expect(keptGenerations(tree)).toEqual([1, 3, 4]);
    tree = after(tree, 3);
    expect(keptGenerations(tree)).toEqual([1, 4]);
    tree = after(tree, 1000);
    expect(keptGenerations(tree)).toEqual([997, 998, 999]);
    expect(
      messageKey(suite3, tree, { ...place, generation: 4, limits: few }),
    ).toEqual({ kind: "consumed" });
    const none = messageKey(suite3, tree, {
      ...place,
      generation: 1003,
      limits: { maxForward: 1024, maxSkipped: 0 },
    });
    expect(none.kind === "key" && keptGenerations(none.tree)).toEqual([]);
  });

  it("[ML-145] the keys that are kept are the right ones", () => {
    const all = take(createTree(2), { ...place, generation: 9 }).tree;
    const few = messageKey(suite3, createTree(2), {
      ...place,
      generation: 9,
      limits: { maxForward: 9, maxSkipped: 2 },
    });
    const skipped = leafRatchets(all, 1)!.application.skipped;
    expect(few.kind).toBe("key");
    if (few.kind !== "key") return;
    const { application } = leafRatchets(few.tree, 1)!;
    expect(application.skipped).toEqual(
      new Map([...skipped].filter(([generation]) => generation >= 7)),
    );
    expect(application.secret).toEqual(
      leafRatchets(all, 1)!.application.secret,
    );
  });

  it("[ML-147] changes nothing of the tree it is given", () => {
    let tree = deepFreeze(createTree(8));
    for (const generation of [3, 1, 7, 0, 2]) {
      const before = tree;
      const received = expectUnchanged(before, () =>
        take(before, { ...place, generation }),
      );
      tree = deepFreeze(received.tree);
    }
    expectUnchanged(tree, () => nextMessageKey(suite3, tree, place));
  });

  it("[ML-106] treats a leaf outside the tree as a bug of the caller, who asks for members only", () => {
    const tree = createTree(5);
    expect(tree.leafCount).toBe(8);
    for (const leaf of [8, 0x8000_0000, 0xffff_ffff])
      expect(() => nextMessageKey(suite3, tree, { ...place, leaf })).toThrow(
        InvariantError,
      );
  });
});

/** Every secret of a tree of four leaves, derived by the RFC's formulas, with what each is derived from. */
interface Universe {
  readonly parents: Map<string, string>;
  readonly keys: Map<string, string>;
}

const GENERATIONS = 12;
const LEAVES = 4;

function keyName(place: RatchetPlace, generation: number): string {
  return `${place.type} ${place.leaf} ${generation}`;
}

function deriveUniverse(): Universe {
  const parents = new Map<string, string>();
  const keys = new Map<string, string>();
  const child = (parent: Uint8Array, made: Uint8Array): Uint8Array => {
    parents.set(encodeHex(made), encodeHex(parent));
    return made;
  };
  const length = 32;
  const below = (secret: Uint8Array, side: string): Uint8Array => {
    const context = encode((w) =>
      writeBytes(w, new TextEncoder().encode(side)),
    );
    return child(
      secret,
      expandWithLabel(suite3, { secret, label: "tree", context, length }),
    );
  };
  const leaves = ["left", "right"]
    .map((side) => below(rootSecret, side))
    .flatMap((node) => ["left", "right"].map((side) => below(node, side)));
  for (const [leaf, leafSecret] of leaves.entries()) {
    for (const type of RATCHET_TYPES) {
      let secret = child(leafSecret, deriveSecret(suite3, leafSecret, type));
      for (let generation = 0; generation < GENERATIONS; generation++) {
        const from = { secret, generation };
        const key = child(
          secret,
          deriveTreeSecret(suite3, { ...from, label: "key", length }),
        );
        child(
          secret,
          deriveTreeSecret(suite3, { ...from, label: "nonce", length: 12 }),
        );
        keys.set(keyName({ leaf, type }, generation), encodeHex(key));
        secret = child(
          secret,
          deriveTreeSecret(suite3, { ...from, label: "secret", length }),
        );
      }
    }
  }
  return { parents, keys };
}

/** Everything that a tree holds, in hexadecimal. */
function heldSecrets(node: SecretNode): string[] {
  switch (node.kind) {
    case "secret":
      return [encodeHex(node.secret)];
    case "opened":
      return [...heldSecrets(node.left), ...heldSecrets(node.right)];
    case "leaf":
      return RATCHET_TYPES.flatMap((type) => {
        const { secret, skipped } = node.ratchets[type];
        const kept = [...skipped.values()].map(({ key }) => encodeHex(key));
        return secret === undefined ? kept : [...kept, encodeHex(secret)];
      });
  }
  throw new Error("not a node");
}

function pickPlace(random: SeededRandom): RatchetPlace {
  return { leaf: random.int(LEAVES), type: random.pick(RATCHET_TYPES) };
}

describe("forward secrecy", () => {
  it("[ML-142] trap 11: after any history, consumed keys follow from nothing in the tree, and the others still do", () => {
    const universe = deriveUniverse();
    const random = createSeededRandom("forward secrecy");
    for (let history = 0; history < 25; history++) {
      let tree = createTree(LEAVES);
      const consumed = new Set<string>();
      for (let step = 0; step < 12; step++) {
        const place = pickPlace(random);
        if (random.bool(0.3)) {
          const next = nextMessageKey(suite3, tree, place)!;
          if (next.generation >= GENERATIONS) continue;
          tree = next.tree;
          consumed.add(keyName(place, next.generation));
        } else {
          const generation = random.int(GENERATIONS);
          const received = messageKey(suite3, tree, {
            ...place,
            generation,
            limits,
          });
          if (received.kind !== "key") continue;
          tree = received.tree;
          consumed.add(keyName(place, generation));
        }
        const held = new Set(heldSecrets(tree.root));
        const encoded = encodeHex(encodeSecretTree(tree));
        for (const [name, key] of universe.keys) {
          let isDerivable = false;
          const isConsumed = consumed.has(name);
          for (
            let at: string | undefined = key;
            at !== undefined;
            at = universe.parents.get(at)
          ) {
            isDerivable ||= held.has(at);
            if (isConsumed) expect(encoded).not.toContain(at);
          }
          expect([name, isDerivable]).toEqual([name, !isConsumed]);
        }
      }
    }
  });
});
