/**
 * Which proposals a commit covers, and whether they may stand together (RFC 9420, 12.2; docs/spec/mls-profile.md, ML-6x).
 * Everything here follows from the epoch's state and the commit alone, so all members come to the same verdict. The same
 * function checks our own commits: what we would refuse from others we never send.
 */
import { encodeHex, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { encodePreSharedKeyId } from "../structs/pre-shared-key.ts";
import type { Proposal, ProposalOrRef } from "../structs/proposal.ts";
import { leaves } from "../tree/ratchet-tree.ts";
import { checkProposal } from "./check-proposal.ts";
import { clientNames, isAnyHere } from "./clients.ts";
import { validateKeyPackage } from "./key-package.ts";
import type { CommittedProposal } from "./committed-proposal.ts";
import { MAX_PSKS } from "./limits.ts";
import type { Refusal } from "./outcome.ts";
import type { GroupEnv, GroupState } from "./state.ts";

/** A proposal of a commit; one that came by reference was checked alone when it was seen. */
export interface ListedProposal extends CommittedProposal {
  readonly reference: Uint8Array | undefined;
}

/** Looks up references in the epoch's cache; a reference nobody has seen makes the commit invalid for all. */
export function resolveProposals(
  state: GroupState,
  committer: number,
  entries: readonly ProposalOrRef[],
): Result<readonly ListedProposal[], Refusal> {
  const listed: ListedProposal[] = [];
  for (const entry of entries) {
    if (entry.kind === "proposal") {
      listed.push({
        sender: committer,
        proposal: entry.proposal,
        byReference: false,
        reference: undefined,
      });
      continue;
    }
    const cached = state.proposals.get(encodeHex(entry.reference));
    if (cached === undefined) return err({ code: "unknown-reference" });
    listed.push({
      sender: cached.sender,
      proposal: cached.proposal,
      byReference: true,
      reference: cached.reference,
    });
  }
  return ok(listed);
}

/** The faults of each proposal and of the list as such (12.1, 12.2); what the resulting tree must be is in commit-result.ts. */
export function checkProposals(
  state: GroupState,
  env: GroupEnv,
  o: {
    readonly committer: number;
    readonly list: readonly ListedProposal[];
    readonly authenticatedData: Uint8Array;
    readonly checkSignatures: boolean;
    readonly now?: bigint | undefined;
  },
): Refusal | undefined {
  if (o.list.length > env.policy.limits.maxProposals)
    return { code: "too-many-proposals" };
  for (const listed of o.list) {
    const fault = listed.byReference
      ? checkLifetime(env, listed, o.now)
      : checkProposal(state, env, { ...o, ...listed });
    if (fault !== undefined) return fault;
  }
  return (
    checkLeafChanges(o.committer, o.list) ??
    checkPsks(o.list) ??
    checkExtensionChanges(o.list) ??
    checkCustomSupport(state, o.list) ??
    checkAdds(state, env, o.list)
  );
}

/** A proposal by reference was found valid when it was cached; only the clock is still the committer's to ask. */
function checkLifetime(
  env: GroupEnv,
  { proposal }: ListedProposal,
  now: bigint | undefined,
): Refusal | undefined {
  if (proposal.kind !== "add" || now === undefined) return undefined;
  const { keyPackage } = proposal;
  return validateKeyPackage(env, { keyPackage, now, checkSignature: false });
}

/** True when a commit over these proposals must carry a path (12.4), trap 1: also with a single Remove or Update. */
export function isPathRequired(
  env: GroupEnv,
  proposals: readonly CommittedProposal[],
): boolean {
  return (
    proposals.length === 0 ||
    proposals.some(({ proposal }) => needsPath(env, proposal))
  );
}

function needsPath(env: GroupEnv, proposal: Proposal): boolean {
  switch (proposal.kind) {
    case "update":
    case "remove":
    case "external-init":
    case "group-context-extensions":
      return true;
    case "add":
    case "psk":
    case "reinit":
      return false;
    case "custom":
      break;
  }
  return env.policy.customProposals.get(proposal.type)?.pathRequired ?? true;
}

/** The leaf that an Update or Remove changes. */
export function changedLeaf(
  listed: Pick<CommittedProposal, "sender" | "proposal">,
): number | undefined {
  if (listed.proposal.kind === "update") return listed.sender;
  if (listed.proposal.kind === "remove") return listed.proposal.removed;
  return undefined;
}

function checkLeafChanges(
  committer: number,
  list: readonly ListedProposal[],
): Refusal | undefined {
  const changed = new Set<number>();
  for (const listed of list) {
    const leaf = changedLeaf(listed);
    if (leaf === undefined) continue;
    if (leaf === committer) {
      return {
        code:
          listed.proposal.kind === "update"
            ? "update-by-committer"
            : "removes-committer",
      };
    }
    if (changed.has(leaf)) return { code: "duplicate-leaf-change" };
    changed.add(leaf);
  }
  return undefined;
}

function checkPsks(list: readonly ListedProposal[]): Refusal | undefined {
  const seen = new Set<string>();
  for (const { proposal } of list) {
    if (proposal.kind !== "psk") continue;
    const key = encodeHex(encodePreSharedKeyId(proposal.psk));
    if (seen.has(key)) return { code: "duplicate-psk" };
    seen.add(key);
  }
  return seen.size > MAX_PSKS ? { code: "too-many-proposals" } : undefined;
}

function checkExtensionChanges(
  list: readonly ListedProposal[],
): Refusal | undefined {
  const changes = list.filter(
    ({ proposal }) => proposal.kind === "group-context-extensions",
  );
  return changes.length > 1 ? { code: "duplicate-extensions" } : undefined;
}

/** A custom proposal needs the support of everyone who processes the commit; those removed by it do not. */
export function checkCustomSupport(
  state: GroupState,
  list: readonly ListedProposal[],
): Refusal | undefined {
  const types = new Set<number>();
  const removed = new Set<number>();
  for (const { proposal } of list) {
    if (proposal.kind === "custom") types.add(proposal.type);
    if (proposal.kind === "remove") removed.add(proposal.removed);
  }
  if (types.size === 0) return undefined;
  for (const [leafIndex, leaf] of leaves(state.tree)) {
    if (removed.has(leafIndex)) continue;
    for (const type of types) {
      if (!leaf.capabilities.proposals.includes(type))
        return { code: "unsupported-proposal" };
    }
  }
  return undefined;
}

/** Two Adds of one client, or an Add of a client whose leaf stays; a removed client may come back in the same commit. */
function checkAdds(
  state: GroupState,
  env: GroupEnv,
  list: readonly ListedProposal[],
): Refusal | undefined {
  const adds = list.flatMap(({ proposal }) =>
    proposal.kind === "add" ? [proposal.keyPackage.leafNode] : [],
  );
  if (adds.length === 0) return undefined;
  const added = new Set(adds.flatMap((leaf) => clientNames(env, leaf)));
  // Two names for each, all different: fewer means that one repeats.
  if (added.size < adds.length * 2) return { code: "duplicate-add" };
  const removed = new Set(
    list.flatMap(({ proposal }) =>
      proposal.kind === "remove" ? [proposal.removed] : [],
    ),
  );
  // A signature key that a member has is found with all other keys, on the tree that follows.
  const isHere = isAnyHere(env, state.tree, { names: added, removed });
  return isHere ? { code: "member-already" } : undefined;
}
