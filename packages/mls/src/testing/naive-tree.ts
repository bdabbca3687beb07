/**
 * The definitions of RFC 9420, 4.1, 7.8 and 7.9, written down again for tests: recursive, without a cache or a shortcut,
 * so that the real ones can be held against them.
 */
import { concatBytes, encode, writeU32, writeVector } from "@halqa/bytes";
import { encodeLeafNode } from "../structs/leaf-node.ts";
import { writeParentNode } from "../structs/tree-node.ts";
import type { ParentNode } from "../structs/tree-node.ts";
import type { Suite } from "../suite.ts";
import type { TreeNodes } from "../tree/ratchet-tree.ts";

/** A linked view of an array of nodes. */
export interface NaiveNode {
  readonly at: number;
  readonly left: NaiveNode | undefined;
  readonly right: NaiveNode | undefined;
}

export function linkNodes(nodes: TreeNodes): NaiveNode {
  const link = (from: number, to: number): NaiveNode => {
    if (from === to) return { at: from, left: undefined, right: undefined };
    const at = (from + to) / 2;
    return { at, left: link(from, at - 1), right: link(at + 1, to) };
  };
  return link(0, nodes.length - 1);
}

export function allNodes(head: NaiveNode): NaiveNode[] {
  return [head, ...childrenOf(head).flatMap(allNodes)];
}

export function naiveResolution(nodes: TreeNodes, head: NaiveNode): number[] {
  const node = nodes[head.at];
  if (node === undefined) {
    return childrenOf(head).flatMap((child) => naiveResolution(nodes, child));
  }
  const unmerged = node.kind === "parent" ? node.parent.unmergedLeaves : [];
  return [head.at, ...unmerged.map((leaf) => 2 * leaf)];
}

export function naiveTreeHash(
  suite: Suite,
  nodes: TreeNodes,
  head: NaiveNode,
): Uint8Array {
  const node = nodes[head.at];
  const [left, right] = childrenOf(head);
  if (left === undefined || right === undefined) {
    return suite.hash(
      concatBytes(
        Uint8Array.of(1),
        encode((w) => writeU32(w, head.at / 2)),
        node?.kind === "leaf"
          ? concatBytes(Uint8Array.of(1), encodeLeafNode(node.leaf))
          : Uint8Array.of(0),
      ),
    );
  }
  const parent =
    node?.kind === "parent"
      ? encode((w) => writeParentNode(w, node.parent))
      : undefined;
  return suite.hash(
    concatBytes(
      Uint8Array.of(2),
      parent === undefined
        ? Uint8Array.of(0)
        : concatBytes(Uint8Array.of(1), parent),
      encode((w) => writeVector(w, naiveTreeHash(suite, nodes, left))),
      encode((w) => writeVector(w, naiveTreeHash(suite, nodes, right))),
    ),
  );
}

/** The nodes that a parent is linked to (7.9.2), asked of every descendant; a valid tree has one for each parent. */
export function naiveLinks(
  suite: Suite,
  nodes: TreeNodes,
  parent: NaiveNode,
): number[] {
  const node = nodes[parent.at];
  if (node?.kind !== "parent") return [];
  const [left, right] = childrenOf(parent);
  if (left === undefined || right === undefined) return [];
  return [
    ...linksThrough(suite, nodes, {
      parent: node.parent,
      child: left,
      sibling: right,
    }),
    ...linksThrough(suite, nodes, {
      parent: node.parent,
      child: right,
      sibling: left,
    }),
  ];
}

function linksThrough(
  suite: Suite,
  nodes: TreeNodes,
  o: {
    readonly parent: ParentNode;
    readonly child: NaiveNode;
    readonly sibling: NaiveNode;
  },
): number[] {
  const { parent, child, sibling } = o;
  const original = nodes.map((node, at) => {
    if (node?.kind === "leaf") {
      return parent.unmergedLeaves.includes(at / 2) ? undefined : node;
    }
    if (node === undefined) return undefined;
    const unmergedLeaves = node.parent.unmergedLeaves.filter(
      (leaf) => !parent.unmergedLeaves.includes(leaf),
    );
    return {
      kind: "parent" as const,
      parent: { ...node.parent, unmergedLeaves },
    };
  });
  const expected = suite.hash(
    encode((w) => {
      writeVector(w, parent.encryptionKey);
      writeVector(w, parent.parentHash);
      writeVector(w, naiveTreeHash(suite, original, sibling));
    }),
  );
  const below = allNodes(child).map(({ at }) => at);
  const resolution = naiveResolution(nodes, child);
  const unmerged = parent.unmergedLeaves
    .map((leaf) => 2 * leaf)
    .filter((at) => below.includes(at));
  return below.filter(
    (at) =>
      resolution.includes(at) &&
      isSameSet(
        unmerged,
        resolution.filter((other) => other !== at),
      ) &&
      sameBytes(naiveParentHash(nodes, at), expected),
  );
}

function naiveParentHash(nodes: TreeNodes, at: number): Uint8Array | undefined {
  const node = nodes[at];
  if (node?.kind === "parent") return node.parent.parentHash;
  if (node?.leaf.source.kind !== "commit") return undefined;
  return node.leaf.source.parentHash;
}

function childrenOf({ left, right }: NaiveNode): NaiveNode[] {
  return left === undefined || right === undefined ? [] : [left, right];
}

function isSameSet(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((entry) => b.includes(entry));
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.join() === b.join();
}
