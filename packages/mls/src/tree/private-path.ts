/** The private keys a member holds along its direct path (RFC 9420, 4.2 and 7.5; docs/spec/mls-profile.md, ML-248). */
import { equalBytes } from "@halqa/bytes";
import type { PrivatePath, RatchetTree } from "./ratchet-tree.ts";

/** What is left of the keys in this tree: those whose node still holds their public key. The others open nothing new. */
export function prunePrivatePath(
  tree: RatchetTree,
  path: PrivatePath,
): PrivatePath {
  const kept = new Map(path);
  for (const [at, keyPair] of path) {
    const key = encryptionKeyAt(tree, at);
    if (key === undefined || !equalBytes(key, keyPair.publicKey)) {
      kept.delete(at);
    }
  }
  return kept;
}

/** The encryption key of a node; undefined where the tree is blank. */
export function encryptionKeyAt(
  tree: RatchetTree,
  at: number,
): Uint8Array | undefined {
  const node = tree.nodes[at];
  return node?.kind === "leaf"
    ? node.leaf.encryptionKey
    : node?.parent.encryptionKey;
}
