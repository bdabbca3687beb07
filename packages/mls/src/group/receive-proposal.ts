/**
 * Proposals that come as messages of their own and wait to be committed by reference (RFC 9420, 12.1; docs/spec/mls-profile.md, ML-31, ML-60, ML-66).
 * Every member caches the same ones, because all see the same log; otherwise a commit that refers to one would split them.
 */
import { encodeHex } from "@halqa/bytes";
import { makeProposalRef } from "../labeled.ts";
import { encodeAuthenticatedContent } from "../structs/framed-content.ts";
import type { AuthenticatedContent } from "../structs/framed-content.ts";
import type { Proposal } from "../structs/proposal.ts";
import { applyProposals } from "./apply-proposals.ts";
import { checkProposal } from "./check-proposal.ts";
import type { ProposalCheck } from "./check-proposal.ts";
import { checkKeys, checkMembers } from "./commit-result.ts";
import type { Outcome, Refusal } from "./outcome.ts";
import { checkCustomSupport } from "./proposal-list.ts";
import type { CachedProposal, GroupEnv, GroupState } from "./state.ts";

/** An authentic proposal, ours included; `state` has the message's key consumed. */
export function receiveProposal(
  state: GroupState,
  env: GroupEnv,
  o: {
    readonly authenticated: AuthenticatedContent;
    readonly sender: number;
    readonly proposal: Proposal;
  },
): Outcome {
  const { sender, proposal } = o;
  const { authenticatedData } = o.authenticated.content;
  const fault = checkNewProposal(state, env, {
    sender,
    proposal,
    byReference: true,
    authenticatedData,
    checkSignatures: true,
  });
  if (fault !== undefined) return { kind: "refused", state, reason: fault };
  const reference = makeProposalRef(
    env.suite,
    encodeAuthenticatedContent(o.authenticated),
  );
  return cacheProposal(state, env, {
    reference,
    sender,
    proposal,
    authenticatedData,
  });
}

/**
 * A proposal must be one that the group as it is could follow: what fits only together with other proposals belongs
 * into a commit by value. Otherwise a single member could make every commit over the whole cache invalid.
 */
export function checkNewProposal(
  state: GroupState,
  env: GroupEnv,
  check: ProposalCheck,
): Refusal | undefined {
  const fault = checkProposal(state, env, check);
  if (fault !== undefined) return fault;
  const listed = { ...check, reference: undefined };
  const customFault = checkCustomSupport(state, [listed]);
  if (customFault !== undefined) return customFault;
  // Neither removing someone nor a PSK asks anything of the members who stay.
  if (check.proposal.kind === "remove" || check.proposal.kind === "psk")
    return undefined;
  const applied = applyProposals(state, env, [listed]);
  if (!applied.ok) return applied.error;
  return (
    checkKeys(applied.value) ??
    checkMembers(applied.value.tree, applied.value.extensions)
  );
}

/** Adds a valid proposal to the cache, unless it is there or its sender has filled its share. */
export function cacheProposal(
  state: GroupState,
  env: GroupEnv,
  o: CachedProposal & { readonly authenticatedData: Uint8Array },
): Outcome {
  const { reference, sender, proposal, authenticatedData } = o;
  const key = encodeHex(reference);
  if (state.proposals.has(key))
    return { kind: "refused", state, reason: { code: "consumed" } };
  const fromSender = [...state.proposals.values()].filter(
    (cached) => cached.sender === sender,
  );
  if (fromSender.length >= env.policy.limits.maxCachedPerSender)
    return { kind: "refused", state, reason: { code: "too-many-proposals" } };
  const proposals = new Map(state.proposals);
  proposals.set(key, { reference, sender, proposal });
  return {
    kind: "applied",
    state: { ...state, proposals },
    effect: {
      kind: "proposal",
      sender,
      own: sender === state.own.leafIndex,
      reference,
      proposal,
      authenticatedData,
    },
  };
}
