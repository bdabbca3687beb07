/**
 * The first bytes of every key of a tree, as numbers side by side (docs/spec/mls-profile.md, ML-219 and ML-245). To find
 * out that a new key is nowhere in the tree means to look at every key in it: with a thousand members, reading the keys
 * takes as long as a signature, reading these a few microseconds. They are kept beside the tree (tree-index.ts).
 *
 * Equal starts prove nothing: whoever asks here compares the keys themselves. Keys that an attacker made to begin alike
 * cost a look at each of them, so that the time stays linear in the tree.
 */
import type { TreeNode } from "../structs/tree-node.ts";
import { isLeafNode, nodeToLeaf } from "./tree-math.ts";

/** By node index and by leaf index. A blank node has the start 0, as some keys have. */
export interface KeyStarts {
  readonly encryption: Uint32Array;
  readonly signature: Uint32Array;
}

/** The starts of keys that are looked for in a tree. */
export interface WantedStarts {
  readonly encryption: ReadonlySet<number>;
  readonly signature: ReadonlySet<number>;
}

/** For a tree of blank nodes. */
export function blankKeyStarts(width: number): KeyStarts {
  return {
    encryption: new Uint32Array(width),
    signature: new Uint32Array((width + 1) / 2),
  };
}

/** A copy for a tree of another width; nodes that the other one has not are blank. */
export function copyKeyStarts(from: KeyStarts, width: number): KeyStarts {
  const starts = blankKeyStarts(width);
  starts.encryption.set(from.encryption.subarray(0, width));
  starts.signature.set(from.signature.subarray(0, starts.signature.length));
  return starts;
}

/** Changes the starts of one node. */
export function setKeyStarts(
  starts: KeyStarts,
  at: number,
  node: TreeNode | undefined,
): void {
  starts.encryption[at] =
    node === undefined ? 0 : keyStart(encryptionKeyOf(node));
  if (!isLeafNode(at)) return;
  starts.signature[nodeToLeaf(at)] =
    node?.kind === "leaf" ? keyStart(node.leaf.signatureKey) : 0;
}

/** The nodes, from the left, at which a key begins like one that is looked for. Blank ones may be among them. */
export function findKeyStarts(
  starts: KeyStarts,
  wanted: WantedStarts,
): readonly number[] {
  const found = new Set<number>();
  for (const at of findStarts(starts.encryption, wanted.encryption))
    found.add(at);
  for (const leafIndex of findStarts(starts.signature, wanted.signature))
    found.add(2 * leafIndex);
  return [...found].toSorted((a, b) => a - b);
}

/** Thirty bits: a number that engines store in a set without a box. What a short key lacks counts as zeros. */
export function keyStart(key: Uint8Array): number {
  const octet = (at: number) => key[at] ?? 0;
  return (
    octet(0) | (octet(1) << 8) | (octet(2) << 16) | ((octet(3) & 0x3f) << 24)
  );
}

/** The key to which secrets for those below the node are encrypted. */
export function encryptionKeyOf(node: TreeNode): Uint8Array {
  return node.kind === "leaf"
    ? node.leaf.encryptionKey
    : node.parent.encryptionKey;
}

/** A power of two: a start is passed over by a look at one of so many marks, without asking the set. */
const MARKS = 2048;

function findStarts(
  starts: Uint32Array,
  wanted: ReadonlySet<number>,
): readonly number[] {
  const found: number[] = [];
  if (wanted.size === 0) return found;
  const marks = new Uint8Array(MARKS);
  for (const start of wanted) marks[start & (MARKS - 1)] = 1;
  for (let at = 0; at < starts.length; at += 1) {
    const start = starts[at] ?? 0;
    if (marks[start & (MARKS - 1)] === 1 && wanted.has(start)) found.push(at);
  }
  return found;
}
