/**
 * Which cached proposals a commit of ours covers when the caller names none (RFC 9420, 12.4 "SHOULD include all", 12.2 for the
 * preferences): as many as can stand together, a Remove before an Update, the latest Update of a leaf.
 */
import { encodeHex } from "@halqa/bytes";
import { encodePreSharedKeyId } from "../structs/pre-shared-key.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import type { Proposal } from "../structs/proposal.ts";
import { clientName, isAnyHere, isKeyHere } from "./clients.ts";
import { changedLeaf } from "./proposal-list.ts";
import type { CachedProposal, GroupEnv, GroupState } from "./state.ts";

/** References of the proposals to cover besides those that the commit carries by value, in the order they were seen. */
export function selectProposals(
  state: GroupState,
  env: GroupEnv,
  byValue: readonly Proposal[],
): readonly Uint8Array[] {
  const taken = new Set<string>(
    byValue.flatMap((proposal) =>
      claimsOf(env, { sender: state.own.leafIndex, proposal }),
    ),
  );
  // The committer's own leaf is not to be changed by a proposal: its path does that.
  taken.add(leafClaim(state.own.leafIndex));
  const removed = new Set(byValue.flatMap(removedLeaf));
  const chosen = new Set<string>();
  const room = env.policy.limits.maxProposals - byValue.length;
  for (const cached of inOrderOfPreference([...state.proposals.values()])) {
    const claims = claimsOf(env, cached);
    if (chosen.size >= room || claims.some((claim) => taken.has(claim)))
      continue;
    if (isAddOfMember(state, env, { ...cached, removed })) continue;
    for (const claim of claims) taken.add(claim);
    for (const leafIndex of removedLeaf(cached.proposal))
      removed.add(leafIndex);
    chosen.add(encodeHex(cached.reference));
  }
  return [...state.proposals]
    .filter(([key]) => chosen.has(key))
    .map(([, cached]) => cached.reference);
}

function isRemove({ proposal }: CachedProposal): boolean {
  return proposal.kind === "remove";
}

/** Removes first, then the newest. */
function inOrderOfPreference(
  cached: readonly CachedProposal[],
): readonly CachedProposal[] {
  const newestFirst = cached.toReversed();
  return [
    ...newestFirst.filter(isRemove),
    ...newestFirst.filter((one) => !isRemove(one)),
  ];
}

function removedLeaf(proposal: Proposal): readonly number[] {
  return proposal.kind === "remove" ? [proposal.removed] : [];
}

function isAddOfMember(
  state: GroupState,
  env: GroupEnv,
  o: { readonly proposal: Proposal; readonly removed: ReadonlySet<number> },
): boolean {
  if (o.proposal.kind !== "add") return false;
  const { leafNode } = o.proposal.keyPackage;
  const { signatureKey } = leafNode;
  const names = new Set([clientName(env, leafNode)]);
  return (
    isAnyHere(env, state.tree, { names, removed: o.removed }) ||
    isKeyHere(state.tree, { signatureKey, removed: o.removed })
  );
}

/** What a proposal takes for itself alone in a commit. */
function claimsOf(
  env: GroupEnv,
  listed: { readonly sender: number; readonly proposal: Proposal },
): readonly string[] {
  const { proposal } = listed;
  const leaf = changedLeaf(listed);
  const leafClaims = leaf === undefined ? [] : [leafClaim(leaf)];
  switch (proposal.kind) {
    case "update":
      return [...leafClaims, ...keyClaims(proposal.leafNode)];
    case "add": {
      const { leafNode } = proposal.keyPackage;
      return [clientName(env, leafNode), ...keyClaims(leafNode)];
    }
    case "psk":
      return [`psk:${encodeHex(encodePreSharedKeyId(proposal.psk))}`];
    case "group-context-extensions":
      return ["extensions"];
    case "remove":
    case "custom":
    case "reinit":
    case "external-init":
      break;
  }
  return leafClaims;
}

function leafClaim(leafIndex: number): string {
  return `leaf:${leafIndex}`;
}

function keyClaims(leaf: LeafNode): readonly string[] {
  return [
    `key:${encodeHex(leaf.signatureKey)}`,
    `key:${encodeHex(leaf.encryptionKey)}`,
  ];
}
