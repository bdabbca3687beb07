// The official vectors about trees: tree-validation, tree-operations, treekem (mlswg/mls-implementations, test-vectors.md).
import { decode, encodeHex } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { createSystemRandom, ready } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeGroupContext } from "../structs/group-context.ts";
import { decodeProposal } from "../structs/proposal.ts";
import type { Proposal } from "../structs/proposal.ts";
import { decodeRatchetTree, encodeRatchetTree } from "../structs/tree-node.ts";
import { readUpdatePath } from "../structs/update-path.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import type { Suite } from "../suite.ts";
import { vectorSuites } from "../testing/suite1.ts";
import { fromHex, loadVectors } from "../testing/vectors.ts";
import { checkUpdatePath } from "./check-path.ts";
import { createUpdatePath } from "./create-path.ts";
import { openUpdatePath } from "./open-path.ts";
import { deriveNodeKeys } from "./path-secrets.ts";
import { prunePrivatePath } from "./private-path.ts";
import {
  leafAt,
  leaves,
  treeFromNodes,
  treeHash,
  treeToNodes,
} from "./ratchet-tree.ts";
import type { PrivatePath, RatchetTree } from "./ratchet-tree.ts";
import { resolution } from "./resolution.ts";
import {
  addLeaf,
  editTree,
  removeLeaf,
  sealDraft,
  updateLeaf,
} from "./tree-draft.ts";
import type { TreeDraft } from "./tree-draft.ts";
import { commonAncestor, leafToNode } from "./tree-math.ts";
import { validateTree } from "./tree-validation.ts";

beforeAll(() => ready);

function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function readTree(suite: Suite, hex: string): RatchetTree {
  return valueOf(
    treeFromNodes(suite, valueOf(decodeRatchetTree(fromHex(hex)))),
  );
}

function supported<T extends { readonly cipher_suite: number }>(
  cases: readonly T[] | undefined,
): { readonly suite: Suite; readonly vector: T; readonly name: string }[] {
  return (cases ?? []).flatMap((vector, i) => {
    const suite = vectorSuites.get(vector.cipher_suite);
    return suite === undefined
      ? []
      : [{ suite, vector, name: `case ${i}, suite ${suite.id}` }];
  });
}

interface ValidationVector {
  readonly cipher_suite: number;
  readonly tree: string;
  readonly group_id: string;
  readonly resolutions: readonly (readonly number[])[];
  readonly tree_hashes: readonly string[];
}

const validation = loadVectors<ValidationVector>("tree-validation");

describe.skipIf(validation === undefined)("tree-validation vectors", () => {
  for (const { suite, vector, name } of supported(validation)) {
    it(`[ML-203][ML-205][ML-220][ML-231] ${name}`, () => {
      const tree = readTree(suite, vector.tree);
      expect(tree.nodes.length).toBe(vector.resolutions.length);
      expect(tree.nodes.map((_, at) => resolution(tree, at))).toEqual(
        vector.resolutions,
      );
      expect(tree.hashes.map(encodeHex)).toEqual(vector.tree_hashes);
      const context = {
        groupId: fromHex(vector.group_id),
        treeHash: treeHash(tree),
        extensions: [],
      };
      expect(validateTree(suite, tree, context)).toBeUndefined();
      expect(encodeHex(encodeRatchetTree(treeToNodes(tree)))).toBe(vector.tree);
    });
  }
});

interface OperationVector {
  readonly cipher_suite: number;
  readonly tree_before: string;
  readonly proposal: string;
  readonly proposal_sender: number;
  readonly tree_hash_before: string;
  readonly tree_after: string;
  readonly tree_hash_after: string;
}

const operations = loadVectors<OperationVector>("tree-operations");

function applyTo(draft: TreeDraft, proposal: Proposal, sender: number): void {
  if (proposal.kind === "add") addLeaf(draft, proposal.keyPackage.leafNode);
  else if (proposal.kind === "update")
    updateLeaf(draft, sender, proposal.leafNode);
  else if (proposal.kind === "remove") removeLeaf(draft, proposal.removed);
  else throw new Error(`a vector with ${proposal.kind}`);
}

describe.skipIf(operations === undefined)("tree-operations vectors", () => {
  for (const { suite, vector, name } of supported(operations)) {
    it(`[ML-201][ML-202] ${name}`, () => {
      const before = readTree(suite, vector.tree_before);
      expect(encodeHex(treeHash(before))).toBe(vector.tree_hash_before);
      const draft = editTree(before);
      const proposal = valueOf(decodeProposal(fromHex(vector.proposal)));
      applyTo(draft, proposal, vector.proposal_sender);
      const after = sealDraft(suite, draft);
      expect(encodeHex(encodeRatchetTree(treeToNodes(after)))).toBe(
        vector.tree_after,
      );
      expect(encodeHex(treeHash(after))).toBe(vector.tree_hash_after);
      expect(encodeHex(treeHash(before))).toBe(vector.tree_hash_before);
    });
  }
});

interface TreeKemVector {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly epoch: number;
  readonly confirmed_transcript_hash: string;
  readonly ratchet_tree: string;
  readonly leaves_private: readonly {
    readonly index: number;
    readonly encryption_priv: string;
    readonly signature_priv: string;
    readonly path_secrets: readonly {
      readonly node: number;
      readonly path_secret: string;
    }[];
  }[];
  readonly update_paths: readonly {
    readonly sender: number;
    readonly update_path: string;
    readonly path_secrets: readonly (string | null)[];
    readonly commit_secret: string;
    readonly tree_hash_after: string;
  }[];
}

const treekem = loadVectors<TreeKemVector>("treekem");

type PrivateLeaf = TreeKemVector["leaves_private"][number];

function readPrivatePath(
  suite: Suite,
  tree: RatchetTree,
  own: PrivateLeaf,
): PrivatePath {
  const publicKey = leafAt(tree, own.index)?.encryptionKey ?? new Uint8Array();
  const keys = new Map<number, KeyPair>([
    [
      leafToNode(own.index),
      { publicKey, secretKey: fromHex(own.encryption_priv) },
    ],
  ]);
  for (const { node, path_secret } of own.path_secrets) {
    keys.set(node, deriveNodeKeys(suite, fromHex(path_secret)));
  }
  return keys;
}

describe.skipIf(treekem === undefined)("treekem vectors", () => {
  for (const { suite, vector, name } of supported(treekem)) {
    const groupId = fromHex(vector.group_id);
    const contextFor = (hash: Uint8Array) =>
      encodeGroupContext({
        version: 1,
        cipherSuite: suite.id,
        groupId,
        epoch: BigInt(vector.epoch),
        treeHash: hash,
        confirmedTranscriptHash: fromHex(vector.confirmed_transcript_hash),
        extensions: [],
      });
    const excluded = new Set<number>();

    /** Every other member opens the path; their commit secrets, and the secret each got, by leaf. */
    const openAll = (o: {
      tree: RatchetTree;
      after: RatchetTree;
      sender: number;
      path: UpdatePath;
    }) =>
      vector.leaves_private
        .filter(({ index }) => index !== o.sender)
        .map((own) => {
          const opened = openUpdatePath(suite, {
            tree: o.after,
            sender: o.sender,
            self: own.index,
            path: o.path,
            groupContext: contextFor(treeHash(o.after)),
            excluded,
            privatePath: readPrivatePath(suite, o.tree, own),
          });
          return { index: own.index, opened: valueOf(opened) };
        });

    it(`[ML-240][ML-241][ML-244] ${name}: ${vector.update_paths.length} paths`, () => {
      const tree = readTree(suite, vector.ratchet_tree);
      expect(vector.leaves_private.map(({ index }) => index)).toEqual(
        leaves(tree).map(([index]) => index),
      );
      for (const own of vector.leaves_private) {
        const keys = readPrivatePath(suite, tree, own);
        expect(prunePrivatePath(tree, keys)).toEqual(keys);
      }
      for (const { sender, ...expected } of vector.update_paths) {
        const path = valueOf(
          decode(fromHex(expected.update_path), readUpdatePath),
        );
        const after = valueOf(
          checkUpdatePath(suite, { tree, sender, path, excluded, groupId }),
        );
        expect(encodeHex(treeHash(after))).toBe(expected.tree_hash_after);
        for (const { index, opened } of openAll({
          tree,
          after,
          sender,
          path,
        })) {
          expect(encodeHex(opened.commitSecret)).toBe(expected.commit_secret);
          const secret = fromHex(expected.path_secrets[index] ?? "");
          expect(opened.privatePath.get(commonAncestor(index, sender))).toEqual(
            deriveNodeKeys(suite, secret),
          );
        }
      }
    });

    it(`[ML-240][ML-241][ML-244] ${name}: new paths by the same senders`, () => {
      const tree = readTree(suite, vector.ratchet_tree);
      for (const { sender } of vector.update_paths) {
        const own = vector.leaves_private.find(({ index }) => index === sender);
        const leaf = leafAt(tree, sender);
        if (own === undefined || leaf === undefined)
          throw new Error("a sender without keys");
        const created = valueOf(
          createUpdatePath(suite, {
            tree,
            leafIndex: sender,
            leaf,
            signatureSeed: fromHex(own.signature_priv),
            groupId,
            excluded,
            provisionalContext: contextFor,
            random: createSystemRandom(),
          }),
        );
        const { path } = created;
        const after = valueOf(
          checkUpdatePath(suite, { tree, sender, path, excluded, groupId }),
        );
        expect(after).toEqual(created.tree);
        for (const { opened } of openAll({ tree, after, sender, path })) {
          expect(opened.commitSecret).toEqual(created.commitSecret);
        }
      }
    });
  }
});
