/**
 * No key stands twice in a tree (RFC 9420, 7.3, 12.4.2 and 12.4.3.1; docs/spec/mls-profile.md, ML-219, ML-245): signature keys among the leaves,
 * encryption keys among all nodes. Two nodes with one key would give one member the secrets of another's subtree.
 * Everything here is linear in the tree, whatever keys an attacker picks.
 */
import { encodeHex } from "@halqa/bytes";
import type { TreeNode } from "../structs/tree-node.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
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
  for (const at of changed ?? tree.nodes.keys()) {
    const node = tree.nodes[at];
    if (node !== undefined && !addNodeKeys(sets, node)) return at;
  }
  if (changed === undefined) return undefined;
  const isChanged = new Set(changed);
  const clash = tree.nodes.findIndex(
    (node, at) =>
      node !== undefined && !isChanged.has(at) && hasNodeKeys(sets, node),
  );
  return clash < 0 ? undefined : clash;
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
  return tree.nodes.some((node, at) => {
    if (node === undefined) return false;
    return at === own
      ? hasKey(sets.encryption, encryptionKeyOf(node))
      : hasNodeKeys(sets, node);
  });
}

/** Keys by text, and by their first bytes: most keys that are asked for are told apart without making their text. */
interface KeySet {
  readonly starts: Set<number>;
  readonly texts: Set<string>;
}

interface KeySets {
  readonly encryption: KeySet;
  readonly signature: KeySet;
}

function createKeySets(): KeySets {
  return { encryption: createKeySet(), signature: createKeySet() };
}

function createKeySet(): KeySet {
  return { starts: new Set(), texts: new Set() };
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

function addKey(set: KeySet, key: Uint8Array): boolean {
  const before = set.texts.size;
  set.texts.add(encodeHex(key));
  set.starts.add(keyStart(key));
  return set.texts.size > before;
}

function hasKey(set: KeySet, key: Uint8Array): boolean {
  return set.starts.has(keyStart(key)) && set.texts.has(encodeHex(key));
}

function encryptionKeyOf(node: TreeNode): Uint8Array {
  return node.kind === "leaf"
    ? node.leaf.encryptionKey
    : node.parent.encryptionKey;
}

/** Thirty bits: a number that engines store in the set without a box. */
function keyStart(key: Uint8Array): number {
  const octet = (at: number) => key[at] ?? 0;
  return (
    octet(0) | (octet(1) << 8) | (octet(2) << 16) | ((octet(3) & 0x3f) << 24)
  );
}
