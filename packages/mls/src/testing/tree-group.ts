/**
 * A group that has a tree and no messages, for tests: members with private keys who commit to each other in memory.
 * Each commit goes through the same steps as a real one: proposals, path, the public check, everyone's own opening, the
 * newcomers' check of the whole tree.
 */
import type { RandomBytes } from "@halqa/crypto";
import type { LeafNode } from "../structs/leaf-node.ts";
import { MLS10 } from "../structs/protocol-version.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import type { Suite } from "../suite.ts";
import { checkUpdatePath } from "../tree/check-path.ts";
import { createUpdatePath } from "../tree/create-path.ts";
import type { NewPath } from "../tree/create-path.ts";
import { signLeaf } from "../tree/leaf-signature.ts";
import type { LeafContent } from "../tree/leaf-signature.ts";
import { implantPathSecret, openUpdatePath } from "../tree/open-path.ts";
import { prunePrivatePath } from "../tree/private-path.ts";
import { createTree, leafAt, treeHash } from "../tree/ratchet-tree.ts";
import type { PrivatePath, RatchetTree } from "../tree/ratchet-tree.ts";
import {
  addLeaf,
  editTree,
  removeLeaf,
  sealDraft,
  updateLeaf,
} from "../tree/tree-draft.ts";
import { commonAncestor, leafToNode } from "../tree/tree-math.ts";
import { validateTree } from "../tree/tree-validation.ts";

export interface TestMember {
  readonly seed: Uint8Array;
  readonly privatePath: PrivatePath;
}

export interface TreeGroup {
  readonly suite: Suite;
  readonly random: RandomBytes;
  readonly groupId: Uint8Array;
  readonly tree: RatchetTree;
  readonly members: ReadonlyMap<number, TestMember>;
}

/** What a commit does: updates of the leaves named, removals, then additions, and a path unless it says otherwise. */
export interface TestCommit {
  readonly committer: number;
  readonly updates?: readonly number[];
  readonly removes?: readonly number[];
  readonly adds?: number;
  readonly path?: boolean;
}

/** A group after the proposals of a commit and before its path. */
export interface Proposed {
  readonly group: TreeGroup;
  readonly added: ReadonlySet<number>;
}

/** A client's new leaf for a KeyPackage, with its private half. */
export function createTestLeaf(
  { suite, random }: Pick<TreeGroup, "suite" | "random">,
  change: Partial<LeafContent> = {},
): {
  readonly leaf: LeafNode;
  readonly seed: Uint8Array;
  readonly key: TestKey;
} {
  const key = suite.kem.deriveKeyPair(random(suite.kem.seedLength));
  const seed = random(32);
  const content: LeafContent = {
    encryptionKey: key.publicKey,
    credential: { type: 1, identity: random(8) },
    capabilities: {
      versions: [MLS10],
      cipherSuites: [suite.id],
      extensions: [],
      proposals: [],
      credentials: [1],
    },
    source: {
      kind: "key-package",
      lifetime: { notBefore: 1n, notAfter: 2n },
    },
    extensions: [],
    ...change,
  };
  const leaf = signLeaf(suite, { seed, leaf: content, place: undefined });
  return { leaf, seed, key };
}

type TestKey = ReturnType<Suite["kem"]["deriveKeyPair"]>;

/** A group of one. */
export function createTreeGroup(suite: Suite, random: RandomBytes): TreeGroup {
  const { leaf, seed, key } = createTestLeaf({ suite, random });
  return {
    suite,
    random,
    groupId: random(16),
    tree: createTree(suite, leaf),
    members: new Map([[0, { seed, privatePath: new Map([[0, key]]) }]]),
  };
}

/** A group of `count` members, added at once and without a path: every parent is blank. */
export function createFreshGroup(
  suite: Suite,
  o: { readonly random: RandomBytes; readonly count: number },
): TreeGroup {
  const group = createTreeGroup(suite, o.random);
  const commit = { committer: 0, adds: o.count - 1, path: false };
  return o.count === 1 ? group : commitTo(group, commit);
}

/** A group of `count` members who have all committed: no parent with members on both sides is blank. */
export function createWarmGroup(
  suite: Suite,
  o: { readonly random: RandomBytes; readonly count: number },
): TreeGroup {
  let group = createFreshGroup(suite, o);
  for (let committer = 0; committer < o.count; committer += 1) {
    group = commitTo(group, { committer });
  }
  return group;
}

/** The GroupContext of these tests says nothing but the hash of the tree. */
export function contextFor(hash: Uint8Array): Uint8Array {
  return hash;
}

/** Applies the proposals of a commit in the order of 12.3. */
export function propose(group: TreeGroup, commit: TestCommit): Proposed {
  const { suite, tree, groupId } = group;
  const members = new Map(group.members);
  const draft = editTree(tree);
  for (const leafIndex of commit.updates ?? []) {
    const { key, seed, leaf } = createTestLeaf(group);
    const renewed = signLeaf(suite, {
      seed,
      leaf: { ...leaf, source: { kind: "update" } },
      place: { groupId, leafIndex },
    });
    updateLeaf(draft, leafIndex, renewed);
    const before = memberAt(group, leafIndex).privatePath;
    const privatePath = new Map([...before, [leafToNode(leafIndex), key]]);
    members.set(leafIndex, { seed, privatePath });
  }
  for (const leafIndex of commit.removes ?? []) {
    removeLeaf(draft, leafIndex);
    members.delete(leafIndex);
  }
  const added = new Set<number>();
  for (let i = 0; i < (commit.adds ?? 0); i += 1) {
    const { leaf, seed, key } = createTestLeaf(group);
    const leafIndex = addLeaf(draft, leaf);
    const privatePath = new Map([[leafToNode(leafIndex), key]]);
    members.set(leafIndex, { seed, privatePath });
    added.add(leafIndex);
  }
  const after = sealDraft(suite, draft);
  for (const [leafIndex, member] of members) {
    const privatePath = prunePrivatePath(after, member.privatePath);
    members.set(leafIndex, { ...member, privatePath });
  }
  return { group: { ...group, tree: after, members }, added };
}

/** The committer's path over proposals that were applied. */
export function createTestPath(
  { group, added }: Proposed,
  committer: number,
): NewPath {
  const leaf = leafAt(group.tree, committer);
  if (leaf === undefined) throw new Error("the committer is no member");
  const created = createUpdatePath(group.suite, {
    tree: group.tree,
    leafIndex: committer,
    leaf,
    signatureSeed: memberAt(group, committer).seed,
    groupId: group.groupId,
    excluded: added,
    provisionalContext: contextFor,
    random: group.random,
  });
  if (!created.ok) throw new Error(created.error.kind);
  return created.value;
}

/** The public check of a path. */
export function checkTestPath(
  { group, added }: Proposed,
  sender: number,
  path: UpdatePath,
) {
  const { suite, tree, groupId } = group;
  return checkUpdatePath(suite, {
    tree,
    sender,
    path,
    excluded: added,
    groupId,
  });
}

/** One member's opening of a path that passed the public check; `tree` is the tree that the check returned. */
export function openTestPath(
  { group, added }: Proposed,
  o: {
    readonly tree: RatchetTree;
    readonly sender: number;
    readonly self: number;
    readonly path: UpdatePath;
  },
) {
  return openUpdatePath(group.suite, {
    ...o,
    groupContext: contextFor(treeHash(o.tree)),
    excluded: added,
    privatePath: memberAt(group, o.self).privatePath,
  });
}

/** A whole commit, followed by everyone; throws where any member disagrees. */
export function commitTo(group: TreeGroup, commit: TestCommit): TreeGroup {
  const proposed = propose(group, commit);
  const after =
    commit.path === false ? proposed.group : followPath(proposed, commit);
  if (proposed.added.size > 0) assertJoinable(after);
  return after;
}

/** What a newcomer checks. */
export function validateTestTree(group: TreeGroup, tree = group.tree) {
  const { suite, groupId } = group;
  const context = { groupId, treeHash: treeHash(tree), extensions: [] };
  return validateTree(suite, tree, context);
}

export function memberAt(group: TreeGroup, leafIndex: number): TestMember {
  const member = group.members.get(leafIndex);
  if (member === undefined) throw new Error(`nobody at leaf ${leafIndex}`);
  return member;
}

function followPath(proposed: Proposed, { committer }: TestCommit): TreeGroup {
  const { group, added } = proposed;
  const created = createTestPath(proposed, committer);
  const { path } = created;
  const checked = checkTestPath(proposed, committer, path);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  const tree = checked.value;
  const members = new Map(group.members);
  const { seed } = memberAt(group, committer);
  members.set(committer, { seed, privatePath: created.privatePath });
  for (const [self, member] of group.members) {
    if (self === committer) continue;
    const keys = added.has(self)
      ? join(group, { created, committer, self })
      : follow(proposed, { created, committer, self });
    members.set(self, { ...member, privatePath: keys });
  }
  return { ...group, tree, members };
}

interface Following {
  readonly created: NewPath;
  readonly committer: number;
  readonly self: number;
}

function follow(proposed: Proposed, o: Following): PrivatePath {
  const { tree, path, commitSecret } = o.created;
  const sender = o.committer;
  const opened = openTestPath(proposed, { tree, sender, self: o.self, path });
  if (!opened.ok) throw new Error(`leaf ${o.self}: ${opened.error.kind}`);
  if (opened.value.commitSecret.join() !== commitSecret.join()) {
    throw new Error(`leaf ${o.self} has another commit secret`);
  }
  return opened.value.privatePath;
}

function join(group: TreeGroup, o: Following): PrivatePath {
  const { tree, pathSecrets } = o.created;
  const pathSecret = pathSecrets.get(commonAncestor(o.self, o.committer));
  if (pathSecret === undefined) throw new Error("no secret for a newcomer");
  const implanted = implantPathSecret(group.suite, {
    tree,
    self: o.self,
    signer: o.committer,
    pathSecret,
  });
  if (!implanted.ok) throw new Error(implanted.error.kind);
  const own = memberAt(group, o.self).privatePath;
  return new Map([...own, ...implanted.value]);
}

function assertJoinable(group: TreeGroup): void {
  const fault = validateTestTree(group);
  if (fault !== undefined) throw new Error(JSON.stringify(fault));
}
