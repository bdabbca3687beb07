/**
 * What the members of a tree present and support, counted (docs/spec/mls-profile.md, ML-216 to ML-218). Clients of one
 * version list the same capabilities, so a thousand members are a handful of kinds, and what holds for a kind holds for
 * each of its members. They are kept beside the tree (tree-index.ts).
 *
 * Never here: which member is of which kind. Whoever needs to name one looks through the leaves.
 */
import type { Capabilities, LeafNode } from "../structs/leaf-node.ts";

/** Members who present one credential type and support the same. */
export interface MemberKind {
  readonly credentialType: number;
  readonly capabilities: Capabilities;
  readonly count: number;
}

/** By a text that two kinds share only if they are one. At most as many as there are members, if everyone is different. */
export type MemberKinds = ReadonlyMap<string, MemberKind>;

/** Counts a member that comes (1) or goes (-1). */
export function countMember(
  kinds: Map<string, MemberKind>,
  leaf: LeafNode,
  by: 1 | -1,
): void {
  const name = nameKind(leaf);
  const count = (kinds.get(name)?.count ?? 0) + by;
  const { credential, capabilities } = leaf;
  if (count === 0) kinds.delete(name);
  else
    kinds.set(name, { credentialType: credential.type, capabilities, count });
}

/**
 * All numbers have 16 bits, so each is a character, and each list begins with its length. Lists in another order, or
 * with an entry twice, make another kind: that costs a look more and decides nothing.
 */
function nameKind({ credential, capabilities }: LeafNode): string {
  const { extensions, proposals, credentials } = capabilities;
  return (
    String.fromCharCode(credential.type) +
    nameList(extensions) +
    nameList(proposals) +
    nameList(credentials)
  );
}

function nameList(list: readonly number[]): string {
  return String.fromCharCode(list.length, ...list);
}
