/**
 * No key stands twice in a tree (RFC 9420, 7.3, 12.4.2 and 12.4.3.1; docs/spec/mls-profile.md, ML-219, ML-245): signature keys among the leaves,
 * encryption keys among all nodes. Two nodes with one key would give one member the secrets of another's subtree.
 * Everything here is linear in the tree, whatever keys an attacker picks; how keys begin (key-starts.ts) decides which
 * of them are compared, and nothing else.
 */
import { encodeHex } from "@halqa/bytes";
import type { TreeNode } from "../structs/tree-node.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import { encryptionKeyOf, findKeyStarts, keyStart } from "./key-starts.ts";
import type { WantedStarts } from "./key-starts.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { indexOf } from "./tree-index.ts";
import { leafToNode } from "./tree-math.ts";

/**
 * The node index of a key that stands at another node as well, or undefined. With `changed` only keys of those nodes
 * are looked for, in the whole tree: enough after a change of a tree that had no duplicates.
 */
export function findDuplicateKey(
  tree: RatchetTree,
  changed?: readonly number[],
): number | undefined {
  const sets = createKeySets();
  const asked =
    changed ?? findKeyStarts(indexOf(tree).keyStarts, repeated(tree));
  for (const at of asked) {
    const node = tree.nodes[at];
    if (node !== undefined && !addNodeKeys(sets, node)) return at;
  }
  if (changed === undefined) return undefined;
  const isChanged = new Set(changed);
  return candidates(tree, sets).find((at) => {
    const node = tree.nodes[at];
    return node !== undefined && !isChanged.has(at) && hasNodeKeys(sets, node);
  });
}

/**
 * Whether a key of an UpdatePath stands in the tree that it is for, or twice in the path (12.4.2). The keys that it
 * replaces count as well; only the sender may keep its own signature key.
 */
export function hasUsedKey(
  tree: RatchetTree,
  sender: number,
  path: UpdatePath,
): boolean {
  const sets = createKeySets();
  const isNew =
    addNodeKeys(sets, { kind: "leaf", leaf: path.leafNode }) &&
    path.nodes.every((node) => addKey(sets.encryption, node.encryptionKey));
  if (!isNew) return true;
  const own = leafToNode(sender);
  return candidates(tree, sets).some((at) => {
    const node = tree.nodes[at];
    if (node === undefined) return false;
    return at === own
      ? hasKey(sets.encryption, encryptionKeyOf(node))
      : hasNodeKeys(sets, node);
  });
}

/** The nodes with a key that begins like one of the sets: no other can hold the same. */
function candidates(tree: RatchetTree, sets: KeySets): readonly number[] {
  const { encryption, signature } = sets;
  return findKeyStarts(indexOf(tree).keyStarts, {
    encryption: encryption.starts,
    signature: signature.starts,
  });
}

/** The starts that more than one key of a kind has. */
function repeated(tree: RatchetTree): WantedStarts {
  const { encryption, signature } = indexOf(tree).keyStarts;
  return {
    encryption: repeatedIn(encryption),
    signature: repeatedIn(signature),
  };
}

function repeatedIn(starts: Uint32Array): ReadonlySet<number> {
  const seen = new Set<number>();
  const again = new Set<number>();
  for (const start of starts) (seen.has(start) ? again : seen).add(start);
  return again;
}

/** Keys that differ. They are told apart from nearly all others by their starts; only what is left takes their texts. */
interface KeySet {
  readonly starts: Set<number>;
  readonly keys: Uint8Array[];
  texts: Set<string> | undefined;
}

interface KeySets {
  readonly encryption: KeySet;
  readonly signature: KeySet;
}

function createKeySets(): KeySets {
  return { encryption: createKeySet(), signature: createKeySet() };
}

function createKeySet(): KeySet {
  return { starts: new Set(), keys: [], texts: undefined };
}

/** False when one of the node's keys was there before. */
function addNodeKeys(sets: KeySets, node: TreeNode): boolean {
  return (
    addKey(sets.encryption, encryptionKeyOf(node)) &&
    (node.kind === "parent" || addKey(sets.signature, node.leaf.signatureKey))
  );
}

function hasNodeKeys(sets: KeySets, node: TreeNode): boolean {
  return (
    hasKey(sets.encryption, encryptionKeyOf(node)) ||
    (node.kind === "leaf" && hasKey(sets.signature, node.leaf.signatureKey))
  );
}

/** False when the key was there before. */
function addKey(set: KeySet, key: Uint8Array): boolean {
  if (hasKey(set, key)) return false;
  set.starts.add(keyStart(key));
  set.keys.push(key);
  set.texts?.add(encodeHex(key));
  return true;
}

function hasKey(set: KeySet, key: Uint8Array): boolean {
  if (!set.starts.has(keyStart(key))) return false;
  set.texts ??= new Set(set.keys.map(encodeHex));
  return set.texts.has(encodeHex(key));
}
