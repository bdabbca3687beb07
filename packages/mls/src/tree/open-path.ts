/**
 * The private half of an UpdatePath (RFC 9420, 7.5, 12.4.2 and 12.4.3.1; docs/spec/mls-profile.md, ML-241, ML-248 to ML-250). A fault here
 * is seen by the members under one ciphertext only, so it is no verdict on the commit: who meets one halts.
 *
 * X25519 operations: one to decrypt, and one for each node of the sender's filtered direct path that is an ancestor of
 * ours too, whose public key must be derived to be compared. Keys we already hold are never derived again.
 */
import { equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { KeyPair } from "@halqa/crypto";
import { decryptWithLabel } from "../labeled.ts";
import type { HpkeCiphertext } from "../structs/hpke-ciphertext.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import type { Suite } from "../suite.ts";
import {
  deriveNodeKeys,
  nextPathSecret,
  PATH_NODE_LABEL,
} from "./path-secrets.ts";
import { encryptionKeyAt, prunePrivatePath } from "./private-path.ts";
import { leafCount } from "./ratchet-tree.ts";
import type { PrivatePath, RatchetTree } from "./ratchet-tree.ts";
import { filteredDirectPath, resolutionWithout } from "./resolution.ts";
import { commonAncestor, directPath } from "./tree-math.ts";

export interface OpenPathOptions {
  /** The tree with the path merged, from `checkUpdatePath`. */
  readonly tree: RatchetTree;
  readonly sender: number;
  readonly self: number;
  readonly path: UpdatePath;
  /** The encoded provisional GroupContext. */
  readonly groupContext: Uint8Array;
  readonly excluded: ReadonlySet<number>;
  /** Our private keys before the path; with the new key of our leaf when the commit covers an Update of ours. */
  readonly privatePath: PrivatePath;
}

export interface OpenedPath {
  readonly commitSecret: Uint8Array;
  /** Every private key we hold from now on; those that the commit replaced are gone. */
  readonly privatePath: PrivatePath;
}

export interface OpenPathFault {
  readonly kind: "no-key" | "not-opened" | "key-mismatch";
}

/** Opens the path secret meant for us and derives what follows from it; for members that the commit does not add. */
export function openUpdatePath(
  suite: Suite,
  o: OpenPathOptions,
): Result<OpenedPath, OpenPathFault> {
  const steps = filteredDirectPath(o.tree, o.sender);
  const meeting = commonAncestor(o.self, o.sender);
  const first = steps.findIndex(({ node }) => node === meeting);
  const sealed = findOwnCiphertext(o, steps[first]?.copathChild, first);
  if (sealed === undefined) return err({ kind: "no-key" });
  const opened = decryptWithLabel(suite, {
    keyPair: sealed.keyPair,
    label: PATH_NODE_LABEL,
    context: o.groupContext,
    ciphertext: sealed.ciphertext,
  });
  if (!opened.ok) return err({ kind: "not-opened" });
  const nodes = steps.slice(first).map(({ node }) => node);
  const climbed = climbPath(suite, o.tree, { nodes, secret: opened.value });
  if (!climbed.ok) return climbed;
  const { keys, secret } = climbed.value;
  const privatePath = prunePrivatePath(
    o.tree,
    new Map([...o.privatePath, ...keys]),
  );
  return ok({ commitSecret: secret, privatePath });
}

/**
 * The private keys that a Welcome's path secret gives a new member: of the lowest common ancestor of its leaf and the
 * signer's, and of every node above that is not blank. The own leaf's key is not among them.
 */
export function implantPathSecret(
  suite: Suite,
  o: {
    readonly tree: RatchetTree;
    readonly self: number;
    readonly signer: number;
    readonly pathSecret: Uint8Array;
  },
): Result<PrivatePath, { readonly kind: "key-mismatch" }> {
  const { tree, self, signer } = o;
  if (self === signer || o.pathSecret.length !== suite.hashLength) {
    return err({ kind: "key-mismatch" });
  }
  const meeting = commonAncestor(self, signer);
  const above = directPath(meeting, leafCount(tree));
  const nodes = [meeting, ...above.filter((at) => tree.nodes[at])];
  const climbed = climbPath(suite, tree, { nodes, secret: o.pathSecret });
  return climbed.ok ? ok(climbed.value.keys) : climbed;
}

interface Climbed {
  readonly keys: ReadonlyMap<number, KeyPair>;
  /** What comes after the last node: the commit secret. */
  readonly secret: Uint8Array;
}

/** The keys of the nodes given, from the secret of the first; each must be the one that the tree shows. */
function climbPath(
  suite: Suite,
  tree: RatchetTree,
  start: { readonly nodes: readonly number[]; readonly secret: Uint8Array },
): Result<Climbed, { readonly kind: "key-mismatch" }> {
  const keys = new Map<number, KeyPair>();
  let { secret } = start;
  for (const at of start.nodes) {
    const keyPair = deriveNodeKeys(suite, secret);
    const shown = encryptionKeyAt(tree, at);
    if (shown === undefined || !equalBytes(shown, keyPair.publicKey)) {
      return err({ kind: "key-mismatch" });
    }
    keys.set(at, keyPair);
    secret = nextPathSecret(suite, secret);
  }
  return ok({ keys, secret });
}

/** Among the receivers of the secret at our common ancestor with the sender, the one whose key we hold. */
function findOwnCiphertext(
  o: OpenPathOptions,
  copathChild: number | undefined,
  first: number,
):
  | { readonly keyPair: KeyPair; readonly ciphertext: HpkeCiphertext }
  | undefined {
  const node = o.path.nodes[first];
  if (copathChild === undefined || node === undefined) return undefined;
  const receivers = resolutionWithout(o.tree, copathChild, o.excluded);
  for (const [i, at] of receivers.entries()) {
    const keyPair = o.privatePath.get(at);
    const ciphertext = node.encryptedPathSecret[i];
    const shown = encryptionKeyAt(o.tree, at);
    if (keyPair === undefined || ciphertext === undefined) continue;
    if (shown !== undefined && equalBytes(shown, keyPair.publicKey)) {
      return { keyPair, ciphertext };
    }
  }
  return undefined;
}
