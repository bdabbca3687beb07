/**
 * The secret tree and its ratchets (RFC 9420, 9): one key and nonce for each message of each sender, each handed out once.
 *
 * The tree is a persistent binary tree. A node holds its secret until a message from below it is met; then its secret is
 * gone and its children hold theirs. A message copies the nodes above one leaf (ten at 1,000 members) and shares
 * the rest. So forward secrecy is a matter of form: an opened node has no place for a secret.
 *
 * Never here: a way to get a key without getting the tree that no longer yields it.
 */
import { assertInvariant, encodeUtf8 } from "@halqa/bytes";
import { deriveSecret, deriveTreeSecret, expandWithLabel } from "../labeled.ts";
import type { Suite } from "../suite.ts";
import {
  isLeafNode,
  leafToNode,
  leftOf,
  rightOf,
  rootOf,
} from "../tree/tree-math.ts";

/** What one message is encrypted with. */
export interface MessageKey {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

export const RATCHET_TYPES = ["handshake", "application"] as const;

export type RatchetType = (typeof RATCHET_TYPES)[number];

export interface Ratchet {
  /** The next generation; 2^32 when exhausted. */
  readonly generation: number;
  /** Undefined when all generations are spent. */
  readonly secret: Uint8Array | undefined;
  /** Keys of earlier generations whose messages have not come yet, in rising order. */
  readonly skipped: ReadonlyMap<number, MessageKey>;
}

/** A key kept for the message of an earlier generation. */
export type KeptKey = readonly [generation: number, key: MessageKey];

export type LeafRatchets = Readonly<Record<RatchetType, Ratchet>>;

export type SecretNode =
  | { readonly kind: "secret"; readonly secret: Uint8Array }
  | {
      readonly kind: "opened";
      readonly left: SecretNode;
      readonly right: SecretNode;
    }
  | { readonly kind: "leaf"; readonly ratchets: LeafRatchets };

export interface SecretTree {
  /** A power of two. */
  readonly leafCount: number;
  readonly root: SecretNode;
}

export interface RatchetPlace {
  readonly leaf: number;
  readonly type: RatchetType;
}

export interface RatchetLimits {
  /** How far one message may advance a ratchet: bounds the hashing that a forged generation can cause. */
  readonly maxForward: number;
  /** Keys kept for late messages of one ratchet: bounds memory, and what a thief of the state can still read. */
  readonly maxSkipped: number;
}

/** Generations are 32 bits on the wire; this one is the last. */
export const LAST_GENERATION = 0xffff_ffff;

/** The secret tree of an epoch over a ratchet tree of that many leaves, blanks included; the next power of two is taken. */
export function createSecretTree(
  suite: Suite,
  encryptionSecret: Uint8Array,
  leafCount: number,
): SecretTree {
  assertInvariant(leafCount >= 1, "a tree has a leaf");
  assertInvariant(
    encryptionSecret.length === suite.hashLength,
    "secrets have the suite's length",
  );
  const depth = Math.ceil(Math.log2(leafCount));
  return {
    leafCount: 2 ** depth,
    root: { kind: "secret", secret: encryptionSecret },
  };
}

/**
 * The sender's next key, with the tree from which it is gone. The caller persists that tree before the message leaves:
 * the same tree asked twice gives the same key. Undefined when the ratchet is exhausted.
 */
export function nextMessageKey(
  suite: Suite,
  tree: SecretTree,
  place: RatchetPlace,
):
  | (MessageKey & { readonly tree: SecretTree; readonly generation: number })
  | undefined {
  const opened = openLeaf(suite, tree, place.leaf);
  const ratchet = ratchetAt(opened, place);
  if (ratchet.secret === undefined) return undefined;
  const { generation } = ratchet;
  return {
    ...deriveMessageKey(suite, ratchet.secret, generation),
    generation,
    tree: withRatchet(opened, place, stepRatchet(suite, ratchet)),
  };
}

/** The same tree with the key that was taken last kept, as if its message had been passed over: its sender can then read it once. */
export function keepKey(
  tree: SecretTree,
  o: RatchetPlace & {
    readonly next: MessageKey & { readonly generation: number };
  },
): SecretTree {
  const ratchet = ratchetAt(tree, o);
  const { generation, key, nonce } = o.next;
  assertInvariant(
    generation === ratchet.generation - 1,
    "the key was the last one taken",
  );
  const skipped = new Map(ratchet.skipped).set(generation, { key, nonce });
  return withRatchet(tree, o, { ...ratchet, skipped });
}

export type ReceivedKey =
  | (MessageKey & { readonly kind: "key"; readonly tree: SecretTree })
  /** Used before, or given up when too many were kept. */
  | { readonly kind: "consumed" }
  | { readonly kind: "too-far" };

/**
 * The key of a message that claims this generation. The caller adopts the tree (where the key is gone, and the keys in
 * between are kept) only once the message opened: until then anyone could have claimed it.
 */
export function messageKey(
  suite: Suite,
  tree: SecretTree,
  o: RatchetPlace & {
    readonly generation: number;
    readonly limits: RatchetLimits;
  },
): ReceivedKey {
  const opened = openLeaf(suite, tree, o.leaf);
  const ratchet = ratchetAt(opened, o);
  if (o.generation < ratchet.generation) {
    const kept = ratchet.skipped.get(o.generation);
    if (kept === undefined) return { kind: "consumed" };
    const skipped = new Map(ratchet.skipped);
    skipped.delete(o.generation);
    return {
      kind: "key",
      ...kept,
      tree: withRatchet(opened, o, { ...ratchet, skipped }),
    };
  }
  // Written so that limits that are no numbers refuse everything.
  if (!(o.generation - ratchet.generation <= o.limits.maxForward)) {
    return { kind: "too-far" };
  }
  const reached = skipTo(suite, ratchet, {
    generation: o.generation,
    maxSkipped: o.limits.maxSkipped,
  });
  assertInvariant(
    reached.secret,
    "a generation of 32 bits is not past the end",
  );
  return {
    kind: "key",
    ...deriveMessageKey(suite, reached.secret, o.generation),
    tree: withRatchet(opened, o, stepRatchet(suite, reached)),
  };
}

/** The ratchets of a leaf, or undefined while no message from it was met. */
export function leafRatchets(
  tree: SecretTree,
  leaf: number,
): LeafRatchets | undefined {
  let node = tree.root;
  let index = rootOf(tree.leafCount);
  while (node.kind === "opened") {
    const isLeft = leafToNode(leaf) < index;
    node = isLeft ? node.left : node.right;
    index = isLeft ? leftOf(index) : rightOf(index);
  }
  return node.kind === "leaf" ? node.ratchets : undefined;
}

/** Whether kept keys stand as they must: each generation once, in order, all before the ratchet's own. */
export function isRising(kept: readonly KeptKey[], end: number): boolean {
  return kept.every(
    ([generation], i) => generation < (kept[i + 1]?.[0] ?? end),
  );
}

/** The same tree with the leaf's ratchets made, and every secret above them replaced by those of the copath. */
function openLeaf(suite: Suite, tree: SecretTree, leaf: number): SecretTree {
  assertInvariant(leaf < tree.leafCount, "the leaf is in the tree");
  if (leafRatchets(tree, leaf) !== undefined) return tree;
  return rebuildPath(tree, leaf, (node, index) =>
    node.kind === "secret" ? openNode(suite, node.secret, index) : node,
  );
}

function ratchetAt(tree: SecretTree, place: RatchetPlace): Ratchet {
  const ratchets = leafRatchets(tree, place.leaf);
  assertInvariant(ratchets, "the leaf was opened");
  return ratchets[place.type];
}

function withRatchet(
  tree: SecretTree,
  place: RatchetPlace,
  ratchet: Ratchet,
): SecretTree {
  return rebuildPath(tree, place.leaf, (node) => {
    assertInvariant(node.kind === "leaf", "the leaf was opened");
    return {
      kind: "leaf",
      ratchets: { ...node.ratchets, [place.type]: ratchet },
    };
  });
}

/** Copies the nodes above a leaf. `replace` is asked for each node on the way that is not opened; if it opens it, the way goes on. */
function rebuildPath(
  tree: SecretTree,
  leaf: number,
  replace: (node: SecretNode, index: number) => SecretNode,
): SecretTree {
  const rebuild = (met: SecretNode, index: number): SecretNode => {
    const node = met.kind === "opened" ? met : replace(met, index);
    if (node.kind !== "opened") return node;
    return leafToNode(leaf) < index
      ? { ...node, left: rebuild(node.left, leftOf(index)) }
      : { ...node, right: rebuild(node.right, rightOf(index)) };
  };
  const root = rebuild(tree.root, rootOf(tree.leafCount));
  return { leafCount: tree.leafCount, root };
}

/** What takes the place of a secret when something below it is needed. */
function openNode(suite: Suite, secret: Uint8Array, index: number): SecretNode {
  if (isLeafNode(index)) {
    return {
      kind: "leaf",
      ratchets: {
        handshake: startRatchet(deriveSecret(suite, secret, "handshake")),
        application: startRatchet(deriveSecret(suite, secret, "application")),
      },
    };
  }
  return {
    kind: "opened",
    left: childSecret(suite, secret, LEFT),
    right: childSecret(suite, secret, RIGHT),
  };
}

const LEFT = encodeUtf8("left");
const RIGHT = encodeUtf8("right");

function childSecret(
  suite: Suite,
  secret: Uint8Array,
  side: Uint8Array,
): SecretNode {
  const length = suite.hashLength;
  return {
    kind: "secret",
    secret: expandWithLabel(suite, {
      secret,
      label: "tree",
      context: side,
      length,
    }),
  };
}

function startRatchet(secret: Uint8Array): Ratchet {
  return { generation: 0, secret, skipped: new Map() };
}

function deriveMessageKey(
  suite: Suite,
  secret: Uint8Array,
  generation: number,
): MessageKey {
  const { keyLength, nonceLength } = suite.aead;
  const derive = (label: string, length: number) =>
    deriveTreeSecret(suite, { secret, label, generation, length });
  return { key: derive("key", keyLength), nonce: derive("nonce", nonceLength) };
}

/** The ratchet after its next generation, whose key the caller has derived or given up. */
function stepRatchet(suite: Suite, ratchet: Ratchet): Ratchet {
  const { generation, secret } = ratchet;
  assertInvariant(secret, "an exhausted ratchet does not step");
  const next =
    generation === LAST_GENERATION
      ? undefined
      : deriveTreeSecret(suite, {
          secret,
          label: "secret",
          generation,
          length: suite.hashLength,
        });
  return { ...ratchet, generation: generation + 1, secret: next };
}

/** The ratchet at a later generation, with the newest `maxSkipped` keys of those passed over kept for late messages. */
function skipTo(
  suite: Suite,
  from: Ratchet,
  o: { readonly generation: number; readonly maxSkipped: number },
): Ratchet {
  if (from.generation === o.generation) return from;
  const skipped = new Map(from.skipped);
  let ratchet = from;
  while (ratchet.generation < o.generation) {
    const { generation, secret } = ratchet;
    assertInvariant(secret, "generations before the last have a secret");
    // Those that would be dropped below are not even derived.
    if (o.generation - generation <= o.maxSkipped)
      skipped.set(generation, deriveMessageKey(suite, secret, generation));
    ratchet = stepRatchet(suite, ratchet);
  }
  for (const generation of skipped.keys()) {
    if (skipped.size <= o.maxSkipped) break;
    skipped.delete(generation);
  }
  return { ...ratchet, skipped };
}
