/**
 * What every member can see of an UpdatePath (RFC 9420, 7.5 and 12.4.2; docs/spec/mls-profile.md, ML-244 to ML-247). All members reach
 * the same verdict, so a bad path is skipped by all; what is left for open-path.ts are faults inside a ciphertext, which
 * halt the members they were meant for. Whatever can be seen from outside is therefore refused here. No X25519
 * operation: keys of low order are told by their bytes.
 */
import { equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { HpkeCiphertext } from "../structs/hpke-ciphertext.ts";
import type { UpdatePath, UpdatePathNode } from "../structs/update-path.ts";
import type { Suite } from "../suite.ts";
import { hasUsedKey } from "./key-uniqueness.ts";
import { validateLeaf } from "./leaf-validation.ts";
import type { LeafFault } from "./leaf-validation.ts";
import { mergePathKeys } from "./path-secrets.ts";
import type { KeyedStep } from "./path-secrets.ts";
import { leafAt } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { filteredDirectPath, resolutionWithout } from "./resolution.ts";
import type { PathStep } from "./resolution.ts";
import { sealDraft, setLeaf } from "./tree-draft.ts";

export interface PathCheckOptions {
  /** The tree after all proposals of the commit. */
  readonly tree: RatchetTree;
  readonly sender: number;
  readonly path: UpdatePath;
  /** Leaves that the same commit adds. */
  readonly excluded: ReadonlySet<number>;
  readonly groupId: Uint8Array;
  /** False only for a path of our own making. */
  readonly checkSignature?: boolean;
}

export type PathFault =
  | { readonly kind: "leaf"; readonly fault: LeafFault }
  | {
      readonly kind:
        | "unknown-sender"
        | "node-count"
        | "ciphertext-count"
        | "node-key"
        | "kem-output"
        | "ciphertext-length"
        | "duplicate-key"
        | "parent-hash";
    };

/** The tree with the path merged into it, or the first thing that is publicly wrong with the path. */
export function checkUpdatePath(
  suite: Suite,
  o: PathCheckOptions,
): Result<RatchetTree, PathFault> {
  const { tree, sender, path } = o;
  const replaced = leafAt(tree, sender);
  if (replaced === undefined) return err({ kind: "unknown-sender" });
  const shape = pairSteps(suite, o);
  if (!shape.ok) return shape;
  if (hasUsedKey(tree, sender, path)) return err({ kind: "duplicate-key" });
  const { source } = path.leafNode;
  const { draft, leafParentHash } = mergePathKeys(suite, {
    tree,
    leafIndex: sender,
    steps: shape.value,
  });
  if (
    source.kind === "commit" &&
    !equalBytes(source.parentHash, leafParentHash)
  ) {
    return err({ kind: "parent-hash" });
  }
  const fault = validateLeaf(suite, path.leafNode, {
    kind: "commit",
    place: { groupId: o.groupId, leafIndex: sender },
    replaced,
    checkSignature: o.checkSignature ?? true,
  });
  if (fault !== undefined) return err({ kind: "leaf", fault });
  setLeaf(draft, sender, path.leafNode);
  return ok(sealDraft(suite, draft));
}

/** The nodes of the path at the places they are for, each with the right number of well-formed ciphertexts. */
function pairSteps(
  suite: Suite,
  o: PathCheckOptions,
): Result<KeyedStep[], PathFault> {
  const steps = filteredDirectPath(o.tree, o.sender);
  if (steps.length !== o.path.nodes.length) return err({ kind: "node-count" });
  const paired: KeyedStep[] = [];
  for (const [i, node] of o.path.nodes.entries()) {
    const step = steps[i];
    if (step === undefined) return err({ kind: "node-count" });
    const kind = findNodeFault(suite, { ...o, step, node });
    if (kind !== undefined) return err({ kind });
    paired.push({ ...step, encryptionKey: node.encryptionKey });
  }
  return ok(paired);
}

function findNodeFault(
  suite: Suite,
  o: PathCheckOptions & {
    readonly step: PathStep;
    readonly node: UpdatePathNode;
  },
): Exclude<PathFault["kind"], "leaf"> | undefined {
  const { tree, step, node, excluded } = o;
  if (!suite.kem.isPublicKey(node.encryptionKey)) return "node-key";
  const receivers = resolutionWithout(tree, step.copathChild, excluded);
  const ciphertexts = node.encryptedPathSecret;
  if (ciphertexts.length !== receivers.length) return "ciphertext-count";
  if (!ciphertexts.every((sealed) => isKemOutput(suite, sealed))) {
    return "kem-output";
  }
  const length = suite.hashLength + suite.aead.tagLength;
  return ciphertexts.every(({ ciphertext }) => ciphertext.length === length)
    ? undefined
    : "ciphertext-length";
}

/**
 * A low-order point opens for nobody, so it would halt its receiver; here it is everyone's to see (rule A2). The output
 * of a Diffie-Hellman KEM is a public key and is checked as one; of other KEMs only the length can be seen.
 */
function isKemOutput(suite: Suite, { kemOutput }: HpkeCiphertext): boolean {
  const { kem } = suite;
  if (kemOutput.length !== kem.encLength) return false;
  return kem.encLength !== kem.publicKeyLength || kem.isPublicKey(kemOutput);
}
