/**
 * What a message changes in a secret tree (docs/spec/mls-profile.md, ML-147 to ML-150), so that a store writes some hundred bytes a message
 * and never the tree. A delta removes as well as adds: applied to the stored tree it erases what the message consumed.
 */
import { assertInvariant, err, ok } from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import {
  isLeafNode,
  leafToNode,
  leftOf,
  nodeToLeaf,
  parentOf,
  rightOf,
  rootOf,
} from "../tree/tree-math.ts";
import { RATCHET_TYPES, isRising } from "./secret-tree.ts";
import type {
  KeptKey,
  LeafRatchets,
  MessageKey,
  Ratchet,
  RatchetPlace,
  RatchetType,
  SecretNode,
  SecretTree,
} from "./secret-tree.ts";

/** A ratchet that moved: its new head, and the keys that it began or ceased to keep. */
export interface RatchetDelta
  extends RatchetPlace, Pick<Ratchet, "generation" | "secret"> {
  readonly keptKeys: readonly KeptKey[];
  readonly droppedKeys: readonly number[];
}

/** Nodes by index in the array form of the tree, all lists in rising order. */
export interface SecretTreeDelta {
  readonly droppedNodes: readonly number[];
  readonly addedNodes: readonly (readonly [
    index: number,
    secret: Uint8Array,
  ])[];
  readonly ratchets: readonly RatchetDelta[];
}

/** What changed from `before` to `after`, which came from it by messages. Costs what changed, not what there is. */
export function secretTreeDelta(
  before: SecretTree,
  after: SecretTree,
): SecretTreeDelta {
  assertInvariant(
    before.leafCount === after.leafCount,
    "a delta is between two states of one tree",
  );
  const droppedNodes: number[] = [];
  const addedNodes: [number, Uint8Array][] = [];
  const ratchets: RatchetDelta[] = [];
  const compare = (
    index: number,
    one: SecretNode | undefined,
    other: SecretNode,
  ): void => {
    if (one === other) return;
    if (one?.kind === "secret") droppedNodes.push(index);
    const old = onceOpened(one);
    switch (other.kind) {
      case "secret":
        assertInvariant(old === undefined, "a tree never closes again");
        addedNodes.push([index, other.secret]);
        return;
      case "opened":
        compare(leftOf(index), old?.left, other.left);
        compare(rightOf(index), old?.right, other.right);
        return;
      case "leaf":
        ratchets.push(
          ...compareLeaf(nodeToLeaf(index), old?.ratchets, other.ratchets),
        );
    }
  };
  compare(rootOf(after.leafCount), before.root, after.root);
  return { droppedNodes, addedNodes, ratchets };
}

/**
 * The tree after the messages that made the delta. Refused where the delta does not belong to this tree; then nothing may
 * be used of either, because a key that was consumed could still be in the tree.
 */
export function applySecretTreeDelta(
  tree: SecretTree,
  delta: SecretTreeDelta,
): Result<SecretTree, DecodeError> {
  const changes = indexDelta(tree, delta);
  const root = changes && rebuild(changes, rootOf(tree.leafCount), tree.root);
  return root === undefined
    ? err({ kind: "invalid", at: 0 })
    : ok({ leafCount: tree.leafCount, root });
}

function compareLeaf(
  leaf: number,
  old: LeafRatchets | undefined,
  now: LeafRatchets,
): RatchetDelta[] {
  return RATCHET_TYPES.filter((type) => old?.[type] !== now[type]).map(
    (type) => ({
      leaf,
      type,
      ...compareRatchet(old?.[type], now[type]),
    }),
  );
}

const NO_KEYS: ReadonlyMap<number, MessageKey> = new Map();

function compareRatchet(
  old: Ratchet | undefined,
  now: Ratchet,
): Omit<RatchetDelta, keyof RatchetPlace> {
  const before = old?.skipped ?? NO_KEYS;
  const after = now.skipped;
  const isSame = before === after;
  return {
    generation: now.generation,
    secret: now.secret,
    keptKeys: isSame ? [] : [...after].filter(([g]) => !before.has(g)),
    droppedKeys: isSame ? [] : [...before.keys()].filter((g) => !after.has(g)),
  };
}

interface IndexedDelta {
  readonly dropped: ReadonlySet<number>;
  readonly added: ReadonlyMap<number, Uint8Array>;
  readonly ratchets: readonly RatchetDelta[];
  /** Every node that changes or has a change below it. */
  readonly touched: ReadonlySet<number>;
}

/** Undefined when the delta speaks of nodes outside the tree. */
function indexDelta(
  tree: SecretTree,
  delta: SecretTreeDelta,
): IndexedDelta | undefined {
  const root = rootOf(tree.leafCount);
  const touched = new Set<number>([root]);
  const changed = [
    ...delta.droppedNodes,
    ...delta.addedNodes.map(([index]) => index),
    ...delta.ratchets.map(({ leaf }) => leafToNode(leaf)),
  ];
  for (const index of changed) {
    if (index > root * 2) return undefined;
    for (let at = index; !touched.has(at); at = parentOf(at)) touched.add(at);
  }
  return {
    dropped: new Set(delta.droppedNodes),
    added: new Map(delta.addedNodes),
    ratchets: delta.ratchets,
    touched,
  };
}

/** The node at `index` with the changes in it, or undefined if they do not fit. A node that did not exist is undefined. */
function rebuild(
  changes: IndexedDelta,
  index: number,
  met: SecretNode | undefined,
): SecretNode | undefined {
  if (!changes.touched.has(index)) return met;
  const isDropped = changes.dropped.has(index);
  if (isDropped !== (met?.kind === "secret")) return undefined;
  const added = changes.added.get(index);
  if (added !== undefined) {
    return met === undefined ? { kind: "secret", secret: added } : undefined;
  }
  const old = onceOpened(met);
  if (isLeafNode(index)) {
    return rebuildLeaf(changes, nodeToLeaf(index), old?.ratchets);
  }
  const left = rebuild(changes, leftOf(index), old?.left);
  const right = rebuild(changes, rightOf(index), old?.right);
  return left && right && { kind: "opened", left, right };
}

interface OnceOpened {
  readonly left?: SecretNode;
  readonly right?: SecretNode;
  readonly ratchets?: LeafRatchets;
}

/** What a node holds besides a secret of its own; nothing while it is closed or does not exist. */
function onceOpened(node: SecretNode | undefined): OnceOpened | undefined {
  return node === undefined || node.kind === "secret" ? undefined : node;
}

function rebuildLeaf(
  changes: IndexedDelta,
  leaf: number,
  old: LeafRatchets | undefined,
): SecretNode | undefined {
  const rebuildOne = (type: RatchetType): Ratchet | undefined => {
    const delta = changes.ratchets.find(
      (x) => x.leaf === leaf && x.type === type,
    );
    return delta ? rebuildRatchet(old?.[type], delta) : old?.[type];
  };
  const handshake = rebuildOne("handshake");
  const application = rebuildOne("application");
  return (
    handshake &&
    application && { kind: "leaf", ratchets: { handshake, application } }
  );
}

function rebuildRatchet(
  old: Ratchet | undefined,
  delta: RatchetDelta,
): Ratchet | undefined {
  const { generation, secret, keptKeys, droppedKeys } = delta;
  // A ratchet never goes back: that would bring a consumed key to life.
  if (old !== undefined && generation < old.generation) return undefined;
  const skipped = new Map(old?.skipped);
  for (const dropped of droppedKeys) {
    if (!skipped.delete(dropped)) return undefined;
  }
  for (const [kept, key] of keptKeys) {
    if (kept < (old?.generation ?? 0)) return undefined;
    skipped.set(kept, key);
  }
  return isRising([...skipped], generation)
    ? { generation, secret, skipped }
    : undefined;
}
