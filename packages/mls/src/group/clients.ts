/**
 * Which client stands at which leaf (RFC 9420, 12.2; docs/spec/mls-profile.md, ML-61): by its signature key, and by what the policy
 * calls it. The policy is asked once for each leaf of a tree, which never changes, and not for every commit that adds
 * somebody to it: its answer is a pure function of the leaf (ML-43).
 */
import { encodeHex, equalBytes } from "@halqa/bytes";
import type { LeafNode } from "../structs/leaf-node.ts";
import { leaves } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { indexOf } from "../tree/tree-index.ts";
import type { Policy } from "./policy.ts";
import type { GroupEnv } from "./state.ts";

/** By these two names a client is known: its signature key, and what the policy calls it. */
export function clientNames(env: GroupEnv, leaf: LeafNode): readonly string[] {
  return [`key:${encodeHex(leaf.signatureKey)}`, clientName(env, leaf)];
}

/** Only the second of them. */
export function clientName({ policy }: GroupEnv, leaf: LeafNode): string {
  return `client:${policy.clientOf(leaf)}`;
}

/** Whether one of the clients, as the policy names them, has a leaf that is not among those given. */
export function isAnyHere(
  env: GroupEnv,
  tree: RatchetTree,
  o: {
    readonly names: ReadonlySet<string>;
    readonly removed: ReadonlySet<number>;
  },
): boolean {
  return namesIn(env, tree).some(
    ([leafIndex, name]) => o.names.has(name) && !o.removed.has(leafIndex),
  );
}

/** Whether a leaf that is not among those given has this signature key. */
export function isKeyHere(
  tree: RatchetTree,
  o: {
    readonly signatureKey: Uint8Array;
    readonly removed: ReadonlySet<number>;
  },
): boolean {
  return indexOf(tree).leafRow.some(
    (leaf, leafIndex) =>
      leaf !== undefined &&
      equalBytes(leaf.signatureKey, o.signatureKey) &&
      !o.removed.has(leafIndex),
  );
}

type Names = readonly (readonly [leafIndex: number, name: string])[];

interface KeptNames {
  readonly clientOf: Policy["clientOf"];
  readonly names: Names;
}

const kept = new WeakMap<RatchetTree, KeptNames>();

function namesIn(env: GroupEnv, tree: RatchetTree): Names {
  const { clientOf } = env.policy;
  const known = kept.get(tree);
  if (known?.clientOf === clientOf) return known.names;
  const names = leaves(tree).map(
    ([leafIndex, leaf]) => [leafIndex, clientName(env, leaf)] as const,
  );
  kept.set(tree, { clientOf, names });
  return names;
}
