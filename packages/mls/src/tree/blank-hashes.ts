/**
 * The tree hashes of subtrees without any node (RFC 9420, 7.8; docs/spec/mls-profile.md, ML-205). Such a hash follows from the place in
 * the tree alone, and a tree that doubles has a half full of them, so each is computed once for a suite and shared by all trees.
 */
import type { Suite } from "../suite.ts";

/** The widest tree of the profile (ML-32): about a megabyte, when a group has ever been so large. Wider ones compute theirs. */
const MOST_KEPT = 2 * 4096 - 1;

/** By node index. */
export type BlankHashes = (Uint8Array | undefined)[];

const bySuite = new WeakMap<Suite, BlankHashes>();

/** What is known for a suite so far. */
export function blankHashesOf(suite: Suite): BlankHashes {
  const known = bySuite.get(suite);
  if (known !== undefined) return known;
  const hashes: BlankHashes = [];
  bySuite.set(suite, hashes);
  return hashes;
}

/** The hash of a subtree without any node, kept unless it lies too far out. */
export function keepBlankHash(
  hashes: BlankHashes,
  head: number,
  compute: () => Uint8Array,
): Uint8Array {
  const known = hashes[head];
  if (known !== undefined) return known;
  const hash = compute();
  if (head < MOST_KEPT) {
    while (hashes.length <= head) hashes.push(undefined);
    hashes[head] = hash;
  }
  return hash;
}
