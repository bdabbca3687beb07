/** UpdatePath (RFC 9420, 7.6): new keys for a committer's path and their secrets, encrypted to the members beside it. */
import {
  readVector,
  readVectorOf,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { readHpkeCiphertext, writeHpkeCiphertext } from "./hpke-ciphertext.ts";
import type { HpkeCiphertext } from "./hpke-ciphertext.ts";
import { readLeafNode, writeLeafNode } from "./leaf-node.ts";
import type { LeafNode } from "./leaf-node.ts";

export interface UpdatePathNode {
  readonly encryptionKey: Uint8Array;
  readonly encryptedPathSecret: readonly HpkeCiphertext[];
}

export interface UpdatePath {
  readonly leafNode: LeafNode;
  readonly nodes: readonly UpdatePathNode[];
}

/** A leaf index has 32 bits, so no tree is deeper. */
const MAX_PATH_NODES = 32;

export function readUpdatePath(r: Reader): UpdatePath {
  return {
    leafNode: readLeafNode(r),
    nodes: readVectorOf(r, readUpdatePathNode, MAX_PATH_NODES),
  };
}

export function writeUpdatePath(w: Writer, x: UpdatePath): void {
  writeLeafNode(w, x.leafNode);
  writeVectorOf(w, x.nodes, writeUpdatePathNode);
}

function readUpdatePathNode(r: Reader): UpdatePathNode {
  return {
    encryptionKey: readVector(r),
    encryptedPathSecret: readVectorOf(r, readHpkeCiphertext),
  };
}

function writeUpdatePathNode(w: Writer, x: UpdatePathNode): void {
  writeVector(w, x.encryptionKey);
  writeVectorOf(w, x.encryptedPathSecret, writeHpkeCiphertext);
}
