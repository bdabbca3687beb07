// What becomes of commits: who sees which fault, and what a hostile member can do to whom.
import { encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { decryptWithLabel, encryptWithLabel } from "../labeled.ts";
import { leafAt, members } from "../index.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import { decodeAuthenticatedContent } from "../structs/framed-content.ts";
import { encryptionKeyAt } from "../tree/private-path.ts";
import { forgeCommit } from "../testing/forge.ts";
import {
  add,
  addOf,
  commit,
  createWorld,
  deliver,
  envOf,
  expectOk,
  isAgreed,
  keyPackageOf,
  leafOf,
  prepare,
  propose,
  remove,
  removeOf,
  say,
  show,
  stateOf,
  welcome,
  wordOf,
  words,
} from "../testing/group-world.ts";
import type { World } from "../testing/group-world.ts";
import { weakPoints } from "../testing/weak-points.ts";
import { provisionalContext } from "./epoch.ts";
import { processMessage } from "./process-message.ts";
import type { Outcome } from "./outcome.ts";

beforeAll(() => ready);

const four = (seed: string): World =>
  createWorld({ seed }, "alice", "bob", "carol", "dave");

/** Everyone's word but the maker's, whose own forgery stops it at once. */
function wordsOfOthers(world: World, message: Uint8Array, maker: string) {
  const others = [...world.states.keys()].filter((name) => name !== maker);
  return Object.fromEntries(
    others.map((name) => [name, wordOf(show(world, name, message))]),
  );
}

const everyone = (word: string) => ({ bob: word, carol: word, dave: word });

const flip = (bytes: Uint8Array): Uint8Array =>
  bytes.with(0, (bytes[0] ?? 0) ^ 1);

/** The path with every ciphertext of the node at `index` changed. */
function changeNode(
  path: UpdatePath,
  index: number,
  change: (node: UpdatePath["nodes"][number]) => UpdatePath["nodes"][number],
): UpdatePath {
  return {
    ...path,
    nodes: path.nodes.map((node, i) => (i === index ? change(node) : node)),
  };
}

describe("faults that all see", () => {
  it("[ML-12] all refuse a commit without a path whose confirmation tag is wrong", () => {
    const world = four("pathless tag");
    const message = forgeCommit(world, "alice", {
      proposals: [addOf(keyPackageOf(world, "erin"))],
      tamperTag: flip,
    });
    expect(wordsOfOthers(world, message, "alice")).toEqual(
      everyone("refused bad-confirmation-tag"),
    );
  });

  it("[ML-10] all refuse a confirmation tag of the wrong length, path or not", () => {
    const world = four("short tag");
    for (const withPath of [true, false]) {
      const message = forgeCommit(world, "alice", {
        proposals: [addOf(keyPackageOf(world, "erin"))],
        withPath,
        tamperTag: (tag) => tag.subarray(1),
      });
      expect(wordsOfOthers(world, message, "alice")).toEqual(
        everyone("refused bad-confirmation-tag"),
      );
    }
  });

  it.each(weakPoints.map((point, i) => [i, point] as const))(
    "[ML-11] N11: all refuse a path with low-order point %i as a key or a KEM output",
    (_, point) => {
      const world = four("weak");
      const asKey = forgeCommit(world, "alice", {
        withPath: true,
        tamperPath: (path) =>
          changeNode(path, 0, (node) => ({ ...node, encryptionKey: point })),
      });
      const asOutput = forgeCommit(world, "alice", {
        withPath: true,
        tamperPath: (path) =>
          changeNode(path, 1, (node) => ({
            ...node,
            encryptedPathSecret: node.encryptedPathSecret.map((sealed) => ({
              ...sealed,
              kemOutput: point,
            })),
          })),
      });
      for (const message of [asKey, asOutput]) {
        expect(wordsOfOthers(world, message, "alice")).toEqual(
          everyone("refused invalid-path"),
        );
      }
    },
  );

  it("[ML-11] a commit that is broken for all and for one is refused by all, that one included", () => {
    const world = four("both");
    const message = forgeCommit(world, "alice", {
      withPath: true,
      // The first ciphertext is bob's alone; the key of the root is wrong for everyone.
      tamperPath: (path) =>
        changeNode(
          changeNode(path, 0, (node) => ({
            ...node,
            encryptedPathSecret: node.encryptedPathSecret.map((sealed) => ({
              ...sealed,
              ciphertext: flip(sealed.ciphertext),
            })),
          })),
          1,
          (node) => ({ ...node, encryptionKey: flip(node.encryptionKey) }),
        ),
    });
    expect(wordsOfOthers(world, message, "alice")).toEqual(
      everyone("refused invalid-path"),
    );
  });

  it("[ML-10] N21: all refuse a path with too few nodes, too few ciphertexts, or a leaf that is no path leaf", () => {
    const world = four("shape");
    const shapes: ((path: UpdatePath) => UpdatePath)[] = [
      (path) => ({ ...path, nodes: path.nodes.slice(1) }),
      (path) =>
        changeNode(path, 0, (node) => ({ ...node, encryptedPathSecret: [] })),
      (path) => ({
        ...path,
        leafNode: { ...path.leafNode, source: { kind: "update" } },
      }),
      (path) => ({
        ...path,
        leafNode: {
          ...path.leafNode,
          signature: flip(path.leafNode.signature),
        },
      }),
      // N21: a bad parent hash.
      (path) => ({
        ...path,
        leafNode: {
          ...path.leafNode,
          source: { kind: "commit", parentHash: new Uint8Array(32) },
        },
      }),
      // N21: a key that stands in the tree already.
      (path) => ({
        ...path,
        leafNode: { ...path.leafNode, encryptionKey: leafKeyOf(world, "bob") },
      }),
      (path) =>
        changeNode(path, 1, (node) => ({
          ...node,
          encryptionKey: leafKeyOf(world, "bob"),
        })),
    ];
    for (const tamperPath of shapes) {
      const message = forgeCommit(world, "alice", {
        withPath: true,
        tamperPath,
      });
      expect(wordsOfOthers(world, message, "alice")).toEqual(
        everyone("refused invalid-path"),
      );
    }
  });

  it("[ML-16] a refused commit leaves the epoch as it was, and the next one is followed", () => {
    const world = four("after a refusal");
    const bad = forgeCommit(world, "alice", {
      proposals: [addOf(keyPackageOf(world, "erin"))],
      tamperTag: flip,
    });
    const before = stateOf(world, "bob");
    const outcome = show(world, "bob", bad);
    if (outcome.kind !== "refused") throw new Error(wordOf(outcome));
    expect({ ...outcome.state, secretTree: before.secretTree }).toEqual(before);
    for (const name of ["bob", "carol", "dave"]) deliver(world, bad, name);
    expect(words(commit(world, "bob"))).toMatchObject({
      alice: "applied commit",
      dave: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
  });
});

function leafKeyOf(world: World, name: string): Uint8Array {
  const leaf = leafAt(stateOf(world, name).tree, leafOf(world, name));
  if (leaf === undefined) throw new Error("no leaf");
  return leaf.encryptionKey;
}

describe("faults that some see", () => {
  it("[ML-13] N22: a path that only some can open halts the others, who name the committer", () => {
    const world = four("fragment");
    // alice 0, bob 1 | carol 2, dave 3: the first node of alice's path is sealed to bob, the second to carol and dave.
    const message = forgeCommit(world, "alice", {
      withPath: true,
      tamperPath: (path) =>
        changeNode(path, 1, (node) => ({
          ...node,
          encryptedPathSecret: node.encryptedPathSecret.map((sealed, i) =>
            i === 0
              ? { ...sealed, ciphertext: flip(sealed.ciphertext) }
              : sealed,
          ),
        })),
    });
    expect(wordsOfOthers(world, message, "alice")).toEqual({
      bob: "applied commit",
      carol: "halted path-not-opened",
      dave: "applied commit",
    });
    expect(show(world, "carol", message)).toEqual({
      kind: "halted",
      reason: "path-not-opened",
      committer: leafOf(world, "alice"),
    });
  });

  it("[ML-13] a path secret that leads to another key than the path shows halts its receivers", () => {
    const world = four("mismatch");
    const message = forgeCommit(world, "alice", {
      withPath: true,
      tamperPath: (path, { context, tree }) =>
        changeNode(path, 1, (node) => ({
          ...node,
          encryptedPathSecret: [2, 3].map((leaf) => {
            const publicKey = encryptionKeyAt(tree, leaf * 2);
            const sealed =
              publicKey &&
              encryptWithLabel(world.suite, {
                publicKey,
                label: "UpdatePathNode",
                context,
                plaintext: new Uint8Array(32).fill(leaf),
                random: envOf(world, "alice").random,
              });
            if (!sealed?.ok) throw new Error("not sealed");
            return sealed.value;
          }),
        })),
    });
    expect(wordsOfOthers(world, message, "alice")).toEqual({
      bob: "applied commit",
      carol: "halted path-key-mismatch",
      dave: "halted path-key-mismatch",
    });
  });

  it("[ML-13] a commit with a path that opens and a wrong confirmation tag is refused by all, and spends no key", () => {
    const world = four("path tag");
    const message = forgeCommit(world, "alice", {
      withPath: true,
      tamperTag: flip,
    });
    expect(wordsOfOthers(world, message, "alice")).toEqual(
      everyone("refused bad-confirmation-tag"),
    );
    for (const name of ["bob", "carol", "dave"]) deliver(world, message, name);
    expect(words(commit(world, "alice", { forcePath: true }))).toMatchObject({
      bob: "applied commit",
      dave: "applied commit",
    });
  });

  it("[ML-13] our own commit halts us when its pending half does not lead to its tag: the others follow it", () => {
    const world = four("damaged half");
    const { message, pending } = prepare(world, "alice", { forcePath: true });
    const joinerSecret = flip(pending.joinerSecret);
    const damaged = [{ ...pending, joinerSecret }];
    const outcome = processMessage(
      stateOf(world, "alice"),
      envOf(world, "alice"),
      { message, pending: damaged },
    );
    expect(wordOf(outcome)).toBe("halted confirmation-tag");
    expect(wordOf(show(world, "bob", message))).toBe("applied commit");
  });

  it("[ML-13] members in different subtrees agree on refused and applied, and only private faults part them", () => {
    const names = Array.from({ length: 9 }, (_, i) => `member ${i}`);
    const world = createWorld({ seed: "subtrees" }, "alice", ...names);
    const nodes = [0, 1, 2, 3];
    for (const index of nodes) {
      const message = forgeCommit(world, "alice", {
        withPath: true,
        tamperPath: (path) =>
          changeNode(path, index, (node) => ({
            ...node,
            encryptedPathSecret: node.encryptedPathSecret.map((sealed) => ({
              ...sealed,
              ciphertext: flip(sealed.ciphertext),
            })),
          })),
      });
      const seen = wordsOfOthers(world, message, "alice");
      const beside = names.filter(
        (name) => Math.floor(Math.log2(leafOf(world, name))) === index,
      );
      for (const name of names) {
        expect(seen[name]).toBe(
          beside.includes(name) ? "halted path-not-opened" : "applied commit",
        );
      }
    }
  });
});

describe("traps of other implementations", () => {
  it("[ML-62] trap 1: a Remove, an Update, extensions or nothing without a path is refused, and never made", () => {
    const world = four("trap 1");
    propose(world, "bob", { proposal: { kind: "own-update" } });
    const [update] = [...stateOf(world, "alice").proposals.values()];
    if (update === undefined) throw new Error("no proposal");
    const forgeries = [
      forgeCommit(world, "alice", { proposals: [removeOf(world, "carol")] }),
      forgeCommit(world, "alice", { references: [update.reference] }),
      forgeCommit(world, "alice", {
        proposals: [{ kind: "group-context-extensions", extensions: [] }],
      }),
      forgeCommit(world, "alice", {}),
    ];
    for (const message of forgeries) {
      expect(wordsOfOthers(world, message, "alice")).toEqual(
        everyone("refused path-required"),
      );
    }
    const made = prepare(world, "alice", { references: [update.reference] });
    expect(made.pending.path).toBeDefined();
    expect(words(deliver(world, made.message))).toMatchObject({
      carol: "applied commit",
    });
    expect(words(remove(world, "alice", "carol"))).toMatchObject({
      carol: "removed",
      dave: "applied commit",
    });
  });

  it("[ML-52] trap 2: add 3, add 2, remove 1, add 2, all by the creator, and every joiner joins", () => {
    const world = createWorld({ seed: "trap 2" }, "alice", "b", "c", "d");
    add(world, "alice", "e", "f");
    remove(world, "alice", "c");
    add(world, "alice", "g", "h");
    expect([...world.states.keys()].length).toBe(7);
    expect(isAgreed(world)).toBe(true);
    expect(words(deliver(world, say(world, "h", "here")))).toMatchObject({
      b: "applied application",
      g: "applied application",
    });
  });

  it("[ML-63] trap 3: a path is built on the tree after the proposals, and not sealed to those it adds", () => {
    const world = four("trap 3");
    const joiners = new Map([
      ["erin", keyPackageOf(world, "erin")],
      ["frank", keyPackageOf(world, "frank")],
    ]);
    const { message, pending } = prepare(world, "bob", {
      proposals: [
        removeOf(world, "carol"),
        ...[...joiners.values()].map(addOf),
        { kind: "group-context-extensions", extensions: [] },
      ],
    });
    expect(words(deliver(world, message))).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "removed",
      dave: "applied commit",
    });
    welcome(world, "bob", { pending, joiners });
    expect(isAgreed(world)).toBe(true);
    expect(words(commit(world, "erin"))).toMatchObject({
      alice: "applied commit",
      frank: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-13] trap 4: the commit secret follows the last node of the filtered path when half the tree is blank", () => {
    const names = ["b", "c", "d", "e", "f", "g", "h"];
    const world = createWorld({ seed: "trap 4" }, "alice", ...names);
    remove(world, "alice", "c", "d", "b");
    // alice alone in the left half; e to h in the right one.
    expect(words(commit(world, "alice"))).toMatchObject({
      e: "applied commit",
      h: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
    remove(world, "alice", "e", "f", "g");
    expect(words(commit(world, "h"))).toEqual({
      alice: "applied commit",
      h: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-15] trap 5: whoever is removed ends, also when its leaf is taken again in the same commit", () => {
    const world = four("trap 5");
    const erin = keyPackageOf(world, "erin");
    const place = leafOf(world, "carol");
    const { message, pending } = prepare(world, "alice", {
      proposals: [removeOf(world, "carol"), addOf(erin)],
    });
    const carol = stateOf(world, "carol");
    expect(words(deliver(world, message))).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "removed",
      dave: "applied commit",
    });
    welcome(world, "alice", { pending, joiners: new Map([["erin", erin]]) });
    expect(leafOf(world, "erin")).toBe(place);
    expect(isAgreed(world)).toBe(true);
    const outcome = processMessage(carol, envOf(world, "carol"), { message });
    expect("state" in outcome).toBe(false);
  });

  it("[ML-44] trap 7, N14: a path leaf or an Update that stands for someone else is refused", () => {
    const world = four("trap 7");
    const stolen = { type: 1 as const, identity: encodeUtf8("bob") };
    const message = forgeCommit(world, "alice", {
      withPath: true,
      leaf: { credential: stolen },
    });
    expect(wordsOfOthers(world, message, "alice")).toEqual(
      everyone("refused policy"),
    );
    const made = (): unknown =>
      prepare(world, "alice", { leaf: { credential: stolen } });
    expect(made).toThrow("identity-changed");
    expect(() =>
      propose(world, "alice", {
        proposal: { kind: "own-update", leaf: { credential: stolen } },
      }),
    ).toThrow("identity-changed");
  });

  it("[ML-15] trap 9: the commit that removes me ends at once and leaves nothing behind", () => {
    const world = four("trap 9");
    const before = stateOf(world, "dave");
    const { message } = prepare(world, "alice", {
      proposals: [removeOf(world, "dave")],
    });
    const outcome: Outcome = processMessage(before, envOf(world, "dave"), {
      message,
    });
    expect(Object.keys(outcome).toSorted()).toEqual([
      "authenticatedData",
      "committer",
      "kind",
      "proposals",
    ]);
  });
});

describe("a member who is gone", () => {
  it("[ML-15] N23: reads nothing that is said after its removal, and its words open for nobody", () => {
    const world = four("gone");
    const carol = stateOf(world, "carol");
    remove(world, "alice", "carol");
    for (const name of ["alice", "bob", "dave"]) {
      const message = say(world, name, "without carol");
      const outcome = processMessage(carol, envOf(world, "carol"), { message });
      expect(wordOf(outcome)).toBe("ignored future-epoch");
    }
  });

  it("[ML-15] N23: none of its keys opens any secret of the commit that removed it", () => {
    const world = four("shut out");
    const carol = stateOf(world, "carol");
    const before = stateOf(world, "alice");
    const { message, pending } = prepare(world, "alice", {
      proposals: [removeOf(world, "carol")],
    });
    deliver(world, message);
    const { treeHash, extensions } = stateOf(world, "alice").context;
    const context = provisionalContext(before, extensions, treeHash);
    const { content } = expectOk(decodeAuthenticatedContent(pending.content));
    if (content.content.kind !== "commit") throw new Error("no commit");
    const sealed = (content.content.commit.path?.nodes ?? []).flatMap(
      (node) => node.encryptedPathSecret,
    );
    expect(sealed.length).toBe(2);
    const bob = stateOf(world, "bob").own.privatePath;
    const opens = (keys: typeof bob): boolean =>
      [...keys.values()].some((keyPair) =>
        sealed.some(
          (ciphertext) =>
            decryptWithLabel(world.suite, {
              keyPair,
              label: "UpdatePathNode",
              context,
              ciphertext,
            }).ok,
        ),
      );
    expect(opens(carol.own.privatePath)).toBe(false);
    expect(opens(bob)).toBe(true);
  });

  it("[ML-20] N24: what it still sends in an earlier epoch is refused by all", () => {
    const world = four("late");
    const early = say(world, "carol", "sent before, seen before");
    const late = say(world, "carol", "seen after the removal");
    deliver(world, early);
    remove(world, "alice", "carol");
    expect(words(deliver(world, late))).toEqual({
      alice: "refused unknown-sender",
      bob: "refused unknown-sender",
      dave: "refused unknown-sender",
    });
    commit(world, "dave");
    expect(wordOf(show(world, "alice", late))).toBe("refused unknown-sender");
  });

  it("[ML-15] may come back, as a new leaf that reads what follows only", () => {
    const world = four("back");
    const missed = say(world, "alice", "before");
    remove(world, "alice", "carol");
    add(world, "bob", "carol");
    expect(isAgreed(world)).toBe(true);
    expect(wordOf(show(world, "carol", missed))).toBe("ignored past-epoch");
    expect(members(stateOf(world, "carol")).length).toBe(4);
  });
});
