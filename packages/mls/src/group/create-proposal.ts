/**
 * Proposals of our own that others commit by reference (RFC 9420, 12.1; docs/spec/mls-profile.md, ML-65, ML-66). A proposal enters our cache
 * only when the log shows it, as it does for everyone else: one that got lost must not be committed by us alone.
 */
import { assertInvariant, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { makeProposalRef } from "../labeled.ts";
import { encodeAuthenticatedContent } from "../structs/framed-content.ts";
import type { Proposal } from "../structs/proposal.ts";
import { signLeaf } from "../tree/leaf-signature.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import { leafContent } from "./leaf-update.ts";
import type { LeafUpdate } from "./leaf-update.ts";
import type { Refusal } from "./outcome.ts";
import { checkNewProposal } from "./receive-proposal.ts";
import {
  isEpochExhausted,
  protectHandshake,
  signContent,
} from "./send-handshake.ts";
import type { SendOptions } from "./send-handshake.ts";
import type { GroupEnv, GroupState, UpdateKeys } from "./state.ts";

/** Any proposal but an Update, whose leaf is made here. */
export type ProposalToSend =
  | Exclude<Proposal, { readonly kind: "update" }>
  | { readonly kind: "own-update"; readonly leaf?: LeafUpdate };

export interface ProposalOptions extends SendOptions {
  readonly proposal: ProposalToSend;
  readonly now?: bigint;
}

export interface CreatedProposal {
  /** Holds the private keys of an own Update. Store it before the message leaves. */
  readonly state: GroupState;
  readonly message: Uint8Array;
  readonly reference: Uint8Array;
}

export function createProposal(
  state: GroupState,
  env: GroupEnv,
  options: ProposalOptions,
): Result<CreatedProposal, Refusal> {
  if (isEpochExhausted(state, env, options))
    return err({ code: "epoch-exhausted" });
  if (isShareUsed(state, env)) return err({ code: "too-many-proposals" });
  const { proposal, updateKeys } = proposalOf(state, env, options.proposal);
  const authenticatedData = options.authenticatedData ?? new Uint8Array();
  const fault = checkNewProposal(state, env, {
    sender: state.own.leafIndex,
    proposal,
    byReference: true,
    authenticatedData,
    checkSignatures: true,
    now: options.now,
  });
  if (fault !== undefined) return err(fault);
  const signed = signContent(env.suite, state, {
    ...options,
    content: { kind: "proposal", proposal },
  });
  const authenticated = {
    ...signed,
    auth: { ...signed.auth, confirmationTag: undefined },
  };
  const reference = makeProposalRef(
    env.suite,
    encodeAuthenticatedContent(authenticated),
  );
  const sealed = protectHandshake(state, env, {
    authenticated,
    padding: options.padding ?? 0,
  });
  if (!sealed.ok) return sealed;
  const { message, messageHash } = sealed.value;
  const sent = {
    kind: "proposal" as const,
    messageHash,
    reference,
    proposal,
    authenticatedData,
    updateKeys,
  };
  return ok({
    state: { ...sealed.value.state, sent: [...state.sent, sent] },
    message,
    reference,
  });
}

/** True when the others would not keep one more proposal of ours (ML-31); those under way count as kept. */
function isShareUsed({ sent }: GroupState, { policy }: GroupEnv): boolean {
  const proposed = sent.filter(({ kind }) => kind === "proposal");
  return proposed.length >= policy.limits.maxCachedPerSender;
}

interface OwnProposal {
  readonly proposal: Proposal;
  readonly updateKeys: UpdateKeys | undefined;
}

function proposalOf(
  state: GroupState,
  { suite, random }: GroupEnv,
  wanted: ProposalToSend,
): OwnProposal {
  if (wanted.kind !== "own-update")
    return { proposal: wanted, updateKeys: undefined };
  const { leafIndex } = state.own;
  const before = leafAt(state.tree, leafIndex);
  assertInvariant(before !== undefined, "our own leaf is in the tree");
  const leafKey = suite.kem.deriveKeyPair(random(suite.kem.seedLength));
  const signatureSeed = wanted.leaf?.signatureSeed ?? state.own.signatureSeed;
  const leafNode = signLeaf(suite, {
    seed: signatureSeed,
    leaf: {
      ...leafContent(before, wanted.leaf),
      encryptionKey: leafKey.publicKey,
      source: { kind: "update" },
    },
    place: { groupId: state.context.groupId, leafIndex },
  });
  return {
    proposal: { kind: "update", leafNode },
    updateKeys: { leafKey, signatureSeed },
  };
}
