/**
 * The one way in for every message of a group, our own included (RFC 9420, 6, 12.1 and 12.4.2; docs/spec/mls-profile.md, ML-10 to ML-19).
 * Two ingest paths for one record is how such engines come to differ from themselves, so there is one.
 */
import { assertInvariant, equalBytes } from "@halqa/bytes";
import { checkPublic } from "../framing/public-message.ts";
import { decodeAuthenticatedContent } from "../structs/framed-content.ts";
import type { AuthenticatedContent } from "../structs/framed-content.ts";
import { decodeMlsMessage } from "../structs/mls-message.ts";
import type { PrivateMessage } from "../structs/private-message.ts";
import type { PublicMessage } from "../structs/public-message.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import { openApplication } from "./open-application.ts";
import { openHandshake } from "./open-handshake.ts";
import type { IgnoredReason, Outcome, Refusal } from "./outcome.ts";
import type { PendingCommit } from "./pending-commit.ts";
import { processCommit } from "./process-commit.ts";
import { cacheProposal, receiveProposal } from "./receive-proposal.ts";
import type { GroupEnv, GroupState, SentHandshake } from "./state.ts";

export interface IncomingMessage {
  /** An encoded MLSMessage, as it lay in the log. */
  readonly message: Uint8Array;
  /** Every commit of our own that was made in this epoch and is not decided yet. */
  readonly pending?: readonly PendingCommit[];
}

/** What comes of a message. Total: there are no bytes for which it throws. */
export function processMessage(
  state: GroupState,
  env: GroupEnv,
  incoming: IncomingMessage,
): Outcome {
  assertInvariant(env.suite.id === state.suiteId, "the suite of the group");
  const own = findOwn(state, env, incoming);
  if (own !== undefined) return seeOwn(state, env, own);
  const decoded = decodeMlsMessage(incoming.message);
  if (!decoded.ok) return refuse(state, { code: "malformed" });
  switch (decoded.value.kind) {
    case "public":
      return processPublic(state, env, decoded.value.message);
    case "private":
      return processPrivate(state, env, decoded.value.message);
    case "welcome":
    case "group-info":
    case "key-package":
      break;
  }
  return { kind: "ignored", reason: "not-for-members" };
}

function refuse(state: GroupState, reason: Refusal): Outcome {
  return { kind: "refused", state, reason };
}

interface OwnHandshake {
  readonly sent: SentHandshake | undefined;
  readonly pending: PendingCommit | undefined;
}

/** A handshake message of ours is known by its bytes: by what the state remembers, or by a pending commit of this epoch. */
function findOwn(
  state: GroupState,
  env: GroupEnv,
  { message, pending = [] }: IncomingMessage,
): OwnHandshake | undefined {
  if (state.sent.length === 0 && pending.length === 0) return undefined;
  const hash = env.suite.hash(message);
  const isIt = (one: { readonly messageHash: Uint8Array }): boolean =>
    equalBytes(one.messageHash, hash);
  const own = {
    sent: state.sent.find(isIt),
    pending: pending.find((one) => isPendingOf(state, one) && isIt(one)),
  };
  return own.sent === undefined && own.pending === undefined ? undefined : own;
}

/** ML-18: an own handshake message came back, so everyone else has it too. */
function seeOwn(
  state: GroupState,
  env: GroupEnv,
  { sent, pending }: OwnHandshake,
): Outcome {
  const committer = state.own.leafIndex;
  if (sent?.kind === "proposal")
    return cacheProposal(state, env, { ...sent, sender: committer });
  const content = pending && decodeAuthenticatedContent(pending.content);
  // The others will follow it; to ignore it would leave us behind without a word.
  if (!content?.ok)
    return { kind: "halted", reason: "missing-pending", committer };
  return dispatch(state, env, {
    authenticated: content.value,
    sender: committer,
    pending,
  });
}

function isPendingOf(state: GroupState, pending: PendingCommit): boolean {
  return (
    pending.suiteId === state.suiteId &&
    pending.epoch === state.context.epoch &&
    equalBytes(pending.groupId, state.context.groupId)
  );
}

function processPublic(
  state: GroupState,
  env: GroupEnv,
  message: PublicMessage,
): Outcome {
  const elsewhere = placeOf(state, message.content);
  if (elsewhere !== undefined) return { kind: "ignored", reason: elsewhere };
  const checked = checkPublic(env.suite, {
    message,
    membershipKey: state.secrets.membershipKey,
    groupContext: state.contextBytes,
    signatureKeyOf: (leafIndex) => leafAt(state.tree, leafIndex)?.signatureKey,
  });
  if (!checked.ok) return refuse(state, { code: checked.error.kind });
  const { sender } = checked.value.content;
  if (sender.kind !== "member")
    return refuse(state, { code: "external-sender" });
  return dispatch(state, env, {
    authenticated: checked.value,
    sender: sender.leafIndex,
  });
}

function processPrivate(
  state: GroupState,
  env: GroupEnv,
  message: PrivateMessage,
): Outcome {
  if (message.contentType === "application")
    return openApplication(state, env, message);
  const elsewhere = placeOf(state, message);
  if (elsewhere !== undefined) return { kind: "ignored", reason: elsewhere };
  const opened = openHandshake(state, env, message);
  if (opened.kind !== "opened") return opened;
  return dispatch(opened.state, env, opened);
}

/** Where a message belongs if not here (ML-17). */
export function placeOf(
  state: GroupState,
  message: { readonly groupId: Uint8Array; readonly epoch: bigint },
): IgnoredReason | undefined {
  if (!equalBytes(message.groupId, state.context.groupId)) return "other-group";
  if (message.epoch < state.context.epoch) return "past-epoch";
  return message.epoch > state.context.epoch ? "future-epoch" : undefined;
}

/** An authentic handshake message of this epoch; `state` has its key consumed. */
function dispatch(
  state: GroupState,
  env: GroupEnv,
  o: {
    readonly authenticated: AuthenticatedContent;
    readonly sender: number;
    readonly pending?: PendingCommit | undefined;
  },
): Outcome {
  const { authenticated, sender, pending } = o;
  const { content, auth } = authenticated;
  if (sender === state.own.leafIndex && pending === undefined) {
    return {
      kind: "halted",
      reason: "own-leaf-elsewhere",
      committer: sender,
    };
  }
  switch (content.content.kind) {
    case "proposal":
      return receiveProposal(state, env, {
        authenticated,
        sender,
        proposal: content.content.proposal,
      });
    case "commit":
      return processCommit(state, env, {
        committer: sender,
        commit: content.content.commit,
        confirmationTag: auth.confirmationTag ?? new Uint8Array(),
        authenticatedData: content.authenticatedData,
        checkSignatures: pending === undefined,
        signed: authenticated,
        pending,
      });
    case "application":
      break;
  }
  return refuse(state, { code: "malformed" });
}
