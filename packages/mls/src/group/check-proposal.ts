/**
 * Whether one proposal is valid by itself in an epoch (RFC 9420, 12.1; docs/spec/mls-profile.md, ML-40 to ML-45, ML-60).
 * Asked when a proposal is seen, and again for the proposals that a commit carries by value. What depends on other
 * proposals of the list is in proposal-list.ts, what depends on the resulting tree in commit-result.ts.
 */
import { hasDuplicateExtensions } from "../structs/extension.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import type { PreSharedKeyId } from "../structs/pre-shared-key.ts";
import type { Proposal } from "../structs/proposal.ts";
import type { Suite } from "../suite.ts";
import { validateLeaf } from "../tree/leaf-validation.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import { validateKeyPackage } from "./key-package.ts";
import type { Refusal } from "./outcome.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export interface ProposalCheck {
  readonly sender: number;
  readonly proposal: Proposal;
  readonly byReference: boolean;
  readonly authenticatedData: Uint8Array;
  /** False only for bytes whose signatures this state has already checked. */
  readonly checkSignatures: boolean;
  readonly now?: bigint | undefined;
}

/** The fault of a proposal, the policy's verdict included. */
export function checkProposal(
  state: GroupState,
  env: GroupEnv,
  check: ProposalCheck,
): Refusal | undefined {
  const fault = checkKind(state, env, check);
  if (fault !== undefined) return fault;
  const verdict = env.policy.checkProposal({
    group: state,
    sender: check.sender,
    proposal: check.proposal,
    byReference: check.byReference,
    authenticatedData: check.authenticatedData,
  });
  return verdict === undefined
    ? undefined
    : { code: "policy", detail: verdict };
}

function checkKind(
  state: GroupState,
  env: GroupEnv,
  check: ProposalCheck,
): Refusal | undefined {
  const { proposal } = check;
  switch (proposal.kind) {
    case "add":
      return checkAdd(state, env, { ...check, proposal });
    case "update":
      return checkUpdate(state, env, { ...check, proposal });
    case "remove":
      return leafAt(state.tree, proposal.removed) === undefined
        ? { code: "unknown-leaf" }
        : undefined;
    case "psk":
      return checkPsk(env.suite, proposal.psk);
    case "group-context-extensions":
      return hasDuplicateExtensions(proposal.extensions)
        ? { code: "duplicate-extension-type" }
        : undefined;
    case "custom":
      return env.policy.customProposals.has(proposal.type)
        ? undefined
        : { code: "unsupported-proposal" };
    case "reinit":
    case "external-init":
      break;
  }
  // ML-40: both hand the group's future to something outside its log.
  return { code: proposal.kind };
}

type CheckOf<K extends Proposal["kind"]> = ProposalCheck & {
  readonly proposal: Extract<Proposal, { readonly kind: K }>;
};

function checkAdd(
  state: GroupState,
  env: GroupEnv,
  check: CheckOf<"add">,
): Refusal | undefined {
  const { keyPackage } = check.proposal;
  return (
    validateKeyPackage(env, {
      keyPackage,
      now: check.now,
      checkSignature: check.checkSignatures,
    }) ?? checkIdentity(state, env, keyPackage.leafNode)
  );
}

function checkUpdate(
  state: GroupState,
  env: GroupEnv,
  check: CheckOf<"update">,
): Refusal | undefined {
  const { leafNode } = check.proposal;
  // RFC 9420, 12.2: an Update by value would be the committer's own, whose path does the same and more.
  if (!check.byReference) return { code: "update-by-committer" };
  const replaced = leafAt(state.tree, check.sender);
  if (replaced === undefined) return { code: "unknown-leaf" };
  const fault = validateLeaf(env.suite, leafNode, {
    kind: "update",
    place: { groupId: state.context.groupId, leafIndex: check.sender },
    replaced,
    checkSignature: check.checkSignatures,
  });
  if (fault !== undefined) return { code: "invalid-leaf", detail: fault };
  return checkSuccession(state, env, { before: replaced, after: leafNode });
}

/** The policy's verdict about a leaf that takes the place of another (trap 7: it must stand for the same client). */
export function checkSuccession(
  state: GroupState,
  env: GroupEnv,
  o: { readonly before: LeafNode; readonly after: LeafNode },
): Refusal | undefined {
  const verdict = env.policy.checkSuccessor(o.before, o.after);
  return verdict === undefined
    ? checkIdentity(state, env, o.after)
    : { code: "policy", detail: verdict };
}

function checkIdentity(
  state: GroupState,
  env: GroupEnv,
  leaf: LeafNode,
): Refusal | undefined {
  const verdict = env.policy.checkLeaf(leaf, state.context.groupId);
  return verdict === undefined
    ? undefined
    : { code: "policy", detail: verdict };
}

function checkPsk(suite: Suite, psk: PreSharedKeyId): Refusal | undefined {
  if (psk.kind === "resumption" && psk.usage !== "application")
    return { code: "psk-usage" };
  return psk.nonce.length === suite.hashLength
    ? undefined
    : { code: "psk-nonce" };
}
