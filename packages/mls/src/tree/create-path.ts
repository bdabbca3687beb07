/**
 * Making an UpdatePath (RFC 9420, 7.4, 7.5 and 12.4.1; docs/spec/mls-profile.md, ML-240 to ML-243).
 *
 * X25519 operations: one for the leaf's new key, one for each node of the filtered direct path, and two for each
 * receiver of a path secret (an ephemeral key and the agreement). None can be saved: every public key is new. On a
 * warm tree the receivers are about as many as the path has nodes, on a fresh one they are all members.
 */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { KeyPair, RandomBytes } from "@halqa/crypto";
import { drawAhead } from "../draw-ahead.ts";
import { encryptWithLabel } from "../labeled.ts";
import type { HpkeCiphertext } from "../structs/hpke-ciphertext.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import type { UpdatePath, UpdatePathNode } from "../structs/update-path.ts";
import type { Suite } from "../suite.ts";
import { signLeaf } from "./leaf-signature.ts";
import {
  deriveNodeKeys,
  mergePathKeys,
  nextPathSecret,
  PATH_NODE_LABEL,
} from "./path-secrets.ts";
import { encryptionKeyAt } from "./private-path.ts";
import { treeHash } from "./ratchet-tree.ts";
import type { PrivatePath, RatchetTree } from "./ratchet-tree.ts";
import { filteredDirectPath, resolutionWithout } from "./resolution.ts";
import type { PathStep } from "./resolution.ts";
import { sealDraft, setLeaf } from "./tree-draft.ts";
import { leafToNode } from "./tree-math.ts";

export interface NewPathOptions {
  /** The tree after all proposals of the commit; the committer's direct path as it is. */
  readonly tree: RatchetTree;
  readonly leafIndex: number;
  /** What the new leaf says besides its keys. */
  readonly leaf: Pick<LeafNode, "credential" | "capabilities" | "extensions">;
  readonly signatureSeed: Uint8Array;
  readonly groupId: Uint8Array;
  /** Leaves that the same commit adds: they get their secret in the Welcome. */
  readonly excluded: ReadonlySet<number>;
  /** The encoded provisional GroupContext for the hash of the tree with the path in it. */
  readonly provisionalContext: (treeHash: Uint8Array) => Uint8Array;
  readonly random: RandomBytes;
}

export interface NewPath {
  /** The tree with the path merged. */
  readonly tree: RatchetTree;
  readonly path: UpdatePath;
  readonly commitSecret: Uint8Array;
  /** By node index; a new member gets that of the lowest common ancestor of its leaf and the committer's. */
  readonly pathSecrets: ReadonlyMap<number, Uint8Array>;
  /** Every private key the committer has from now on. */
  readonly privatePath: PrivatePath;
}

/** A new path for a committer; `weak-point` only for a tree that holds a key nobody should have accepted. */
export function createUpdatePath(
  suite: Suite,
  o: NewPathOptions,
): Result<NewPath, { readonly kind: "weak-point" }> {
  const leafKey = suite.kem.deriveKeyPair(o.random(suite.kem.seedLength));
  const { steps, commitSecret } = deriveSteps(suite, o);
  const merged = mergePathKeys(suite, {
    tree: o.tree,
    leafIndex: o.leafIndex,
    steps: steps.map((step) => ({
      ...step,
      encryptionKey: step.keyPair.publicKey,
    })),
  });
  const leafNode = signLeaf(suite, {
    seed: o.signatureSeed,
    leaf: {
      ...pickContent(o.leaf),
      encryptionKey: leafKey.publicKey,
      source: { kind: "commit", parentHash: merged.leafParentHash },
    },
    place: { groupId: o.groupId, leafIndex: o.leafIndex },
  });
  setLeaf(merged.draft, o.leafIndex, leafNode);
  const tree = sealDraft(suite, merged.draft);
  const nodes = encryptSteps(suite, { ...o, tree }, steps);
  if (!nodes.ok) return nodes;
  const ownKeys: [number, KeyPair] = [leafToNode(o.leafIndex), leafKey];
  return ok({
    tree,
    path: { leafNode, nodes: nodes.value },
    commitSecret,
    pathSecrets: new Map(steps.map(({ node, secret }) => [node, secret])),
    privatePath: new Map([
      ownKeys,
      ...steps.map(({ node, keyPair }): [number, KeyPair] => [node, keyPair]),
    ]),
  });
}

interface SecretStep extends PathStep {
  readonly secret: Uint8Array;
  readonly keyPair: KeyPair;
}

/** The commit secret comes after the last node of the filtered path, not after a root that the path leaves out. */
function deriveSteps(
  suite: Suite,
  { tree, leafIndex, random }: NewPathOptions,
): { readonly steps: SecretStep[]; readonly commitSecret: Uint8Array } {
  let secret = random(suite.hashLength);
  const steps = filteredDirectPath(tree, leafIndex).map((step) => {
    const keyPair = deriveNodeKeys(suite, secret);
    const secretStep = { ...step, secret, keyPair };
    secret = nextPathSecret(suite, secret);
    return secretStep;
  });
  return { steps, commitSecret: secret };
}

function encryptSteps(
  suite: Suite,
  o: NewPathOptions,
  steps: readonly SecretStep[],
): Result<UpdatePathNode[], { readonly kind: "weak-point" }> {
  const context = o.provisionalContext(treeHash(o.tree));
  const addressed = steps.map((step) => ({
    ...step,
    receivers: resolutionWithout(o.tree, step.copathChild, o.excluded),
  }));
  const count = addressed.reduce((sum, step) => sum + step.receivers.length, 0);
  const random = drawAhead(o.random, count * suite.kem.seedLength);
  const nodes: UpdatePathNode[] = [];
  for (const { receivers, keyPair, secret } of addressed) {
    const encryptedPathSecret: HpkeCiphertext[] = [];
    for (const at of receivers) {
      const publicKey = encryptionKeyAt(o.tree, at);
      if (publicKey === undefined) return err({ kind: "weak-point" });
      const sealed = encryptWithLabel(suite, {
        publicKey,
        label: PATH_NODE_LABEL,
        context,
        plaintext: secret,
        random,
      });
      if (!sealed.ok) return sealed;
      encryptedPathSecret.push(sealed.value);
    }
    nodes.push({ encryptionKey: keyPair.publicKey, encryptedPathSecret });
  }
  return ok(nodes);
}

/** No field of a caller's larger object may slip into the leaf. */
function pickContent(
  leaf: NewPathOptions["leaf"],
): Pick<LeafNode, "credential" | "capabilities" | "extensions"> {
  const { credential, capabilities, extensions } = leaf;
  return { credential, capabilities, extensions };
}
