import type { Result } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { deriveSecret, encryptWithLabel } from "../labeled.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import type { UpdatePath, UpdatePathNode } from "../structs/update-path.ts";
import { suite3 } from "../suite.ts";
import type { Suite } from "../suite.ts";
import {
  checkTestPath,
  commitTo,
  contextFor,
  createFreshGroup,
  createTestPath,
  createTreeGroup,
  createWarmGroup,
  memberAt,
  openTestPath,
  propose,
  validateTestTree,
} from "../testing/tree-group.ts";
import type { Proposed } from "../testing/tree-group.ts";
import { weakPoints } from "../testing/weak-points.ts";
import { signLeaf } from "./leaf-signature.ts";
import { implantPathSecret, openUpdatePath } from "./open-path.ts";
import { encryptionKeyAt } from "./private-path.ts";
import { leafAt, treeHash } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { filteredDirectPath, resolution } from "./resolution.ts";
import { commonAncestor } from "./tree-math.ts";

beforeAll(() => ready);

const random = createSeededRandom("update path").bytes;
const NOBODY: ReadonlySet<number> = new Set();

function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function counts({ nodes }: UpdatePath): number[] {
  return nodes.map(({ encryptedPathSecret }) => encryptedPathSecret.length);
}

function changeNode(
  path: UpdatePath,
  i: number,
  change: Partial<UpdatePathNode>,
): UpdatePath {
  const node = path.nodes[i];
  if (node === undefined) throw new Error(`no node ${i}`);
  return { ...path, nodes: path.nodes.with(i, { ...node, ...change }) };
}

function changeCiphertext(
  path: UpdatePath,
  i: number,
  change: Partial<UpdatePathNode["encryptedPathSecret"][number]>,
): UpdatePath {
  const [first, ...others] = path.nodes[i]?.encryptedPathSecret ?? [];
  if (first === undefined) throw new Error(`nothing is encrypted at ${i}`);
  return changeNode(path, i, {
    encryptedPathSecret: [{ ...first, ...change }, ...others],
  });
}

/** The path with a leaf that the committer signed again after a change. */
function changeLeaf(
  proposed: Proposed,
  o: { path: UpdatePath; sender: number; change: Partial<LeafNode> },
): UpdatePath {
  const { groupId } = proposed.group;
  const leafNode = signLeaf(suite3, {
    seed: memberAt(proposed.group, o.sender).seed,
    leaf: { ...o.path.leafNode, ...o.change },
    place: { groupId, leafIndex: o.sender },
  });
  return { ...o.path, leafNode };
}

describe("the tree a path is made on", () => {
  it("[ML-240] is the tree after the proposals; a path over the tree before them is refused", () => {
    // Trap 3.
    const group = createWarmGroup(suite3, { random, count: 8 });
    const early = createTestPath({ group, added: NOBODY }, 0);
    for (const commit of [
      { removes: [1] },
      { updates: [6] },
      { removes: [5], adds: 1 },
    ]) {
      const proposed = propose(group, { committer: 0, ...commit });
      expect(checkTestPath(proposed, 0, early.path).ok).toBe(false);
      const late = createTestPath(proposed, 0);
      expect(checkTestPath(proposed, 0, late.path).ok).toBe(true);
    }
  });

  it("[ML-240] loses the sender's whole direct path first, with the unmerged leaves there", () => {
    const warm = createWarmGroup(suite3, { random, count: 8 });
    const gap = commitTo(warm, { committer: 0, removes: [3] });
    const set = commitTo(gap, { committer: 0 });
    const unmerged = commitTo(set, { committer: 0, adds: 1, path: false });
    const listedAt = (tree: typeof set.tree) =>
      [3, 7].map((at) => {
        const node = tree.nodes[at];
        return node?.kind === "parent" ? node.parent.unmergedLeaves : undefined;
      });
    expect(listedAt(unmerged.tree)).toEqual([[3], [3]]);
    expect(listedAt(commitTo(unmerged, { committer: 1 }).tree)).toEqual([
      [],
      [],
    ]);
  });

  it("[ML-240] gives no ciphertext to leaves that the same commit adds, wherever they come", () => {
    const warm = createWarmGroup(suite3, { random, count: 8 });
    const group = commitTo(commitTo(warm, { committer: 6, removes: [1] }), {
      committer: 0,
    });
    // Leaf 1 comes back beside the committer, leaf 8 makes the tree grow.
    const proposed = propose(group, { committer: 0, adds: 2 });
    expect([...proposed.added]).toEqual([1, 8]);
    const { path, tree } = createTestPath(proposed, 0);
    expect(filteredDirectPath(tree, 0).map(({ node }) => node)).toEqual([
      1, 3, 7, 15,
    ]);
    expect(counts(path)).toEqual([0, 1, 1, 0]);
    // Below a set copath child they are unmerged, and left out there too.
    const other = createTestPath(propose(group, { committer: 4, adds: 2 }), 4);
    expect(filteredDirectPath(other.tree, 4).map(({ node }) => node)).toEqual([
      9, 11, 7, 15,
    ]);
    expect(counts(other.path)).toEqual([1, 1, 1, 0]);
    expect(resolution(other.tree, 3)).toEqual([3, 2]);
  });

  it("[ML-240] is followed by everyone over adds, updates and removes at once, and a path that serves newcomers is refused", () => {
    const group = createWarmGroup(suite3, { random, count: 9 });
    const commit = { committer: 2, updates: [4], removes: [3, 7], adds: 4 };
    const after = commitTo(group, commit);
    expect(after.members.size).toBe(11);
    const proposed = propose(group, commit);
    const generous = createTestPath({ ...proposed, added: NOBODY }, 2);
    expect(checkTestPath(proposed, 2, generous.path)).toEqual({
      ok: false,
      error: { kind: "ciphertext-count" },
    });
  });
});

describe("the commit secret", () => {
  it("[ML-241] follows from the last node of the filtered direct path when half of the tree is blank", () => {
    // Trap 4: the root has no key, and deriving on to it gives every member of that implementation another secret.
    const group = createWarmGroup(suite3, { random, count: 8 });
    const proposed = propose(group, { committer: 6, removes: [0, 1, 2, 3] });
    const { path, tree, pathSecrets, commitSecret } = createTestPath(
      proposed,
      6,
    );
    expect(tree.nodes[7]).toBeUndefined();
    expect([...pathSecrets.keys()]).toEqual([13, 11]);
    const last = pathSecrets.get(11) ?? new Uint8Array();
    expect(commitSecret).toEqual(deriveSecret(suite3, last, "path"));
    const checked = valueOf(checkTestPath(proposed, 6, path));
    for (const self of [4, 5, 7]) {
      const opened = valueOf(
        openTestPath(proposed, { tree: checked, sender: 6, self, path }),
      );
      expect(opened.commitSecret).toEqual(commitSecret);
    }
  });

  it("[ML-241] is agreed upon while blank halves come, are used and are filled again", () => {
    let group = createWarmGroup(suite3, { random, count: 8 });
    group = commitTo(group, { committer: 6, removes: [0, 1, 2, 3] });
    group = commitTo(group, { committer: 4 });
    group = commitTo(group, { committer: 5, adds: 1 });
    group = commitTo(group, { committer: 0, removes: [4] });
    group = commitTo(group, { committer: 0, adds: 3 });
    expect([...group.members.keys()].toSorted((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 5, 6, 7,
    ]);
    expect(validateTestTree(group)).toBeUndefined();
  });

  it("[ML-241] is fresh for a member that is alone and has no path at all", () => {
    const group = createTreeGroup(suite3, random);
    const alone = { group, added: NOBODY };
    const one = createTestPath(alone, 0);
    const two = createTestPath(alone, 0);
    expect(one.path.nodes).toEqual([]);
    expect(one.commitSecret.length).toBe(32);
    expect(one.commitSecret).not.toEqual(two.commitSecret);
    expect(checkTestPath(alone, 0, one.path)).toEqual({
      ok: true,
      value: one.tree,
    });
    const { source } = one.path.leafNode;
    expect(source).toEqual({ kind: "commit", parentHash: new Uint8Array() });
  });
});

/** A path of leaf 2 in a warm group of eight. */
function makeWarmPath() {
  const group = createWarmGroup(suite3, { random, count: 8 });
  const proposed = { group, added: NOBODY };
  return { proposed, path: createTestPath(proposed, 2).path };
}

function faultOf(proposed: Proposed, path: UpdatePath, sender = 2) {
  const checked = checkTestPath(proposed, sender, path);
  return checked.ok ? undefined : checked.error;
}

describe("the public check", () => {
  it("[ML-244] refuses a path with a node too few or too many", () => {
    const { proposed, path } = makeWarmPath();
    const [first, ...others] = path.nodes;
    if (first === undefined) throw new Error("an empty path");
    for (const nodes of [
      others,
      [first, ...path.nodes],
      [],
      path.nodes.slice(0, 2),
    ]) {
      expect(faultOf(proposed, { ...path, nodes })).toEqual({
        kind: "node-count",
      });
    }
  });

  it("[ML-244] refuses a node with a ciphertext too few or too many", () => {
    const { proposed, path } = makeWarmPath();
    for (const [i, { encryptedPathSecret }] of path.nodes.entries()) {
      for (const list of [
        [],
        [...encryptedPathSecret, ...encryptedPathSecret],
      ]) {
        const changed = changeNode(path, i, { encryptedPathSecret: list });
        expect(faultOf(proposed, changed)).toEqual({
          kind: "ciphertext-count",
        });
      }
    }
  });

  it("[ML-246] refuses node keys of low order and of wrong length", () => {
    const { proposed, path } = makeWarmPath();
    for (const encryptionKey of [...weakPoints, new Uint8Array(), random(33)]) {
      for (const i of path.nodes.keys()) {
        const changed = changeNode(path, i, { encryptionKey });
        expect(faultOf(proposed, changed)).toEqual({ kind: "node-key" });
      }
    }
  });

  it("[ML-246] refuses KEM outputs of low order and of wrong length, and ciphertexts of wrong length", () => {
    const { proposed, path } = makeWarmPath();
    for (const kemOutput of [...weakPoints, new Uint8Array(), random(31)]) {
      for (const i of path.nodes.keys()) {
        const changed = changeCiphertext(path, i, { kemOutput });
        expect(faultOf(proposed, changed)).toEqual({ kind: "kem-output" });
      }
    }
    for (const length of [0, 15, 47, 49]) {
      const changed = changeCiphertext(path, 1, { ciphertext: random(length) });
      expect(faultOf(proposed, changed)).toEqual({ kind: "ciphertext-length" });
    }
  });

  it("[ML-246] refuses a path leaf with a key of low order", () => {
    const { proposed, path } = makeWarmPath();
    for (const encryptionKey of weakPoints) {
      const changed = changeLeaf(proposed, {
        path,
        sender: 2,
        change: { encryptionKey },
      });
      expect(faultOf(proposed, changed)).toEqual({
        kind: "leaf",
        fault: "encryption-key",
      });
    }
  });

  it("[ML-245] refuses keys that stand in the tree, the replaced ones too, and keys that stand twice in the path", () => {
    const { proposed, path } = makeWarmPath();
    const used = [0, 1, 4, 5, 7, 11, 14].map((at) =>
      encryptionKeyAt(proposed.group.tree, at),
    );
    for (const encryptionKey of [
      ...used,
      path.leafNode.encryptionKey,
      path.nodes[1]?.encryptionKey,
    ]) {
      if (encryptionKey === undefined) throw new Error("a blank node");
      const inNode = changeNode(path, 0, { encryptionKey });
      expect(faultOf(proposed, inNode)).toEqual({ kind: "duplicate-key" });
    }
    for (const encryptionKey of [...used, path.nodes[2]?.encryptionKey]) {
      if (encryptionKey === undefined) throw new Error("a blank node");
      const inLeaf = changeLeaf(proposed, {
        path,
        sender: 2,
        change: { encryptionKey },
      });
      expect(faultOf(proposed, inLeaf)).toEqual({ kind: "duplicate-key" });
    }
  });

  it("[ML-245] lets the sender keep its signature key or take a new one, but not another member's", () => {
    // Trap 7.
    const { proposed, path } = makeWarmPath();
    expect(faultOf(proposed, path)).toBeUndefined();
    const { tree, groupId } = proposed.group;
    const signAs = (seed: Uint8Array) => ({
      ...path,
      leafNode: signLeaf(suite3, {
        seed,
        leaf: path.leafNode,
        place: { groupId, leafIndex: 2 },
      }),
    });
    expect(faultOf(proposed, signAs(random(32)))).toBeUndefined();
    const stolen = memberAt(proposed.group, 5).seed;
    expect(leafAt(tree, 5)?.signatureKey).toEqual(
      suite3.signaturePublicKey(stolen),
    );
    expect(faultOf(proposed, signAs(stolen))).toEqual({
      kind: "duplicate-key",
    });
  });

  it("[ML-247] refuses a leaf whose parent hash is not that of the path", () => {
    const { proposed, path } = makeWarmPath();
    const { publicKey } = suite3.kem.deriveKeyPair(random(32));
    for (const i of path.nodes.keys()) {
      const changed = changeNode(path, i, { encryptionKey: publicKey });
      expect(faultOf(proposed, changed)).toEqual({ kind: "parent-hash" });
    }
    for (const parentHash of [random(32), new Uint8Array()]) {
      const source = { kind: "commit", parentHash } as const;
      const changed = changeLeaf(proposed, {
        path,
        sender: 2,
        change: { source },
      });
      expect(faultOf(proposed, changed)).toEqual({ kind: "parent-hash" });
    }
  });

  it("[ML-242] refuses a leaf of another source, with a changed field or signed for another place", () => {
    const { proposed, path } = makeWarmPath();
    const update = changeLeaf(proposed, {
      path,
      sender: 2,
      change: { source: { kind: "update" } },
    });
    expect(faultOf(proposed, update)).toEqual({
      kind: "leaf",
      fault: "source",
    });
    const changed = {
      ...path,
      leafNode: { ...path.leafNode, signature: random(64) },
    };
    expect(faultOf(proposed, changed)).toEqual({
      kind: "leaf",
      fault: "signature",
    });
    const { group: own, added } = proposed;
    const elsewhere = { group: { ...own, groupId: random(16) }, added };
    expect(faultOf(elsewhere, path)).toEqual({
      kind: "leaf",
      fault: "signature",
    });
  });

  it("[ML-244] refuses a path from a leaf that is blank or outside the tree", () => {
    const { proposed, path } = makeWarmPath();
    for (const sender of [8, 2 ** 32 - 1]) {
      expect(faultOf(proposed, path, sender)).toEqual({
        kind: "unknown-sender",
      });
    }
    const removed = propose(proposed.group, { committer: 0, removes: [2] });
    expect(faultOf(removed, path)).toEqual({ kind: "unknown-sender" });
  });

  it("[ML-243] encrypts to the resolutions in their order: shuffled ciphertexts open for nobody", () => {
    const fresh = {
      group: createFreshGroup(suite3, { random, count: 8 }),
      added: NOBODY,
    };
    const { path } = createTestPath(fresh, 2);
    expect(counts(path)).toEqual([1, 2, 4]);
    const shuffled = changeNode(path, 1, {
      encryptedPathSecret:
        path.nodes[1]?.encryptedPathSecret.toReversed() ?? [],
    });
    const tree = valueOf(checkTestPath(fresh, 2, shuffled));
    for (const [self, ok] of [
      [0, false],
      [1, false],
      [3, true],
      [7, true],
    ] as const) {
      expect(
        openTestPath(fresh, { tree, sender: 2, self, path: shuffled }).ok,
      ).toBe(ok);
    }
  });
});

/** A path of leaf 0 in a fresh group of four: one ciphertext for leaf 1, one each for leaves 2 and 3. */
function makeFreshPath() {
  const group = createFreshGroup(suite3, { random, count: 4 });
  const proposed = { group, added: NOBODY };
  const { path, tree } = createTestPath(proposed, 0);
  return { proposed, path, tree };
}

function openAs(
  self: number,
  proposed: Proposed,
  o: { readonly tree: RatchetTree; readonly path: UpdatePath },
): string {
  const opened = openTestPath(proposed, { ...o, self, sender: 0 });
  return opened.ok ? "opened" : opened.error.kind;
}

describe("the private half", () => {
  it("[ML-249] halts the members under a ciphertext that does not open, and them only", () => {
    const { proposed, path, tree } = makeFreshPath();
    const ciphertext = (
      path.nodes[1]?.encryptedPathSecret[0]?.ciphertext ?? new Uint8Array()
    ).slice();
    ciphertext[5] = (ciphertext[5] ?? 0) ^ 1;
    const tampered = changeCiphertext(path, 1, { ciphertext });
    expect(checkTestPath(proposed, 0, tampered).ok).toBe(true);
    const before = structuredClone(proposed.group.members);
    const outcomes = [1, 2, 3].map((self) =>
      openAs(self, proposed, { tree, path: tampered }),
    );
    expect(outcomes).toEqual(["opened", "not-opened", "opened"]);
    expect(proposed.group.members).toEqual(before);
  });

  it("[ML-249] halts a member that is given another secret than the path's keys come from", () => {
    const { proposed, path, tree } = makeFreshPath();
    const publicKey = encryptionKeyAt(tree, 6) ?? new Uint8Array();
    const wrong = encryptWithLabel(suite3, {
      publicKey,
      label: "UpdatePathNode",
      context: contextFor(treeHash(tree)),
      plaintext: random(32),
      random,
    });
    const [first] = path.nodes[1]?.encryptedPathSecret ?? [];
    if (first === undefined) throw new Error("nothing is encrypted");
    const split = changeNode(path, 1, {
      encryptedPathSecret: [first, valueOf(wrong)],
    });
    expect(checkTestPath(proposed, 0, split).ok).toBe(true);
    const outcomes = [1, 2, 3].map((self) =>
      openAs(self, proposed, { tree, path: split }),
    );
    expect(outcomes).toEqual(["opened", "opened", "key-mismatch"]);
  });

  it("[ML-249] opens under the provisional context of this commit only", () => {
    const { proposed, path, tree } = makeFreshPath();
    const opened = openUpdatePath(suite3, {
      tree,
      sender: 0,
      self: 1,
      path,
      groupContext: random(32),
      excluded: NOBODY,
      privatePath: memberAt(proposed.group, 1).privatePath,
    });
    expect(opened).toEqual({ ok: false, error: { kind: "not-opened" } });
  });

  it("[ML-249] says so when a member holds none of the keys, or only outdated ones", () => {
    const { proposed, path, tree } = makeFreshPath();
    const { group } = proposed;
    const other = memberAt(group, 2).privatePath.get(4);
    if (other === undefined) throw new Error("a member without a leaf key");
    for (const privatePath of [new Map(), new Map([[2, other]])]) {
      const member = { ...memberAt(group, 1), privatePath };
      const poor = {
        ...proposed,
        group: { ...group, members: new Map([[1, member]]) },
      };
      expect(openAs(1, poor, { tree, path })).toBe("no-key");
    }
  });

  it("[ML-250] gives a newcomer the keys from the common ancestor up, and no others", () => {
    const group = createWarmGroup(suite3, { random, count: 6 });
    const proposed = propose(group, { committer: 4, adds: 1 });
    const { tree, pathSecrets, privatePath } = createTestPath(proposed, 4);
    const pathSecret =
      pathSecrets.get(commonAncestor(6, 4)) ?? new Uint8Array();
    const options = { tree, self: 6, signer: 4, pathSecret };
    const keys = valueOf(implantPathSecret(suite3, options));
    expect([...keys.keys()]).toEqual([11, 7]);
    for (const [at, key] of keys) expect(key).toEqual(privatePath.get(at));
    const mismatch = { ok: false, error: { kind: "key-mismatch" } };
    for (const wrong of [random(32), pathSecret.slice(1), new Uint8Array()]) {
      const implanted = implantPathSecret(suite3, {
        ...options,
        pathSecret: wrong,
      });
      expect(implanted).toEqual(mismatch);
    }
    expect(implantPathSecret(suite3, { ...options, signer: 5 })).toEqual({
      ok: true,
      value: keys,
    });
    expect(implantPathSecret(suite3, { ...options, signer: 0 })).toEqual(
      mismatch,
    );
    expect(implantPathSecret(suite3, { ...options, signer: 6 })).toEqual(
      mismatch,
    );
    expect(
      implantPathSecret(suite3, { ...options, signer: 2 ** 32 - 1 }),
    ).toEqual(mismatch);
  });

  it("[ML-248] leaves a member no key that the commit replaced", () => {
    const group = createWarmGroup(suite3, { random, count: 4 });
    const before = memberAt(group, 1).privatePath;
    const after = memberAt(commitTo(group, { committer: 0 }), 1).privatePath;
    expect([...after.keys()].toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(after.get(2)).toEqual(before.get(2));
    expect(after.get(1)).not.toEqual(before.get(1));
    expect(after.get(3)).not.toEqual(before.get(3));
    const removed = commitTo(group, { committer: 0, removes: [3] });
    const updated = commitTo(removed, { committer: 0, updates: [2] });
    expect([...memberAt(updated, 2).privatePath.keys()]).toEqual([4, 3]);
  });
});

describe("what a path costs", () => {
  it("[ML-251] takes no more X25519 operations than its keys and receivers need", () => {
    const used = { derived: 0, sealed: 0, opened: 0 };
    const { kem } = suite3;
    const counting: Suite = {
      ...suite3,
      kem: {
        ...kem,
        deriveKeyPair: (ikm) => {
          used.derived += 1;
          return kem.deriveKeyPair(ikm);
        },
        encap: (publicKey, source) => {
          used.sealed += 1;
          return kem.encap(publicKey, source);
        },
        decap: (enc, keyPair) => {
          used.opened += 1;
          return kem.decap(enc, keyPair);
        },
      },
    };
    const group = {
      ...createWarmGroup(suite3, { random, count: 16 }),
      suite: counting,
    };
    const proposed = { group, added: NOBODY };
    const { path } = createTestPath(proposed, 3);
    expect(used).toEqual({ derived: 5, sealed: 4, opened: 0 });
    const tree = valueOf(checkTestPath(proposed, 3, path));
    expect(used).toEqual({ derived: 5, sealed: 4, opened: 0 });
    valueOf(openTestPath(proposed, { tree, sender: 3, self: 5, path }));
    expect(used).toEqual({ derived: 7, sealed: 4, opened: 1 });
  });
});
