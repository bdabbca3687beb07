/**
 * The one way in for every message of a group, our own included (RFC 9420, 6, 12.1 and 12.4.2; docs/spec/mls-profile.md, ML-10 to ML-19).
 * Two ingest paths for one record is how such engines come to differ from themselves, so there is one.
 */
import { assertInvariant, equalBytes } from "@halqa/bytes";
import { checkPublic } from "../framing/public-message.ts";
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
import { receiveProposal } from "./receive-proposal.ts";
import { signedHash } from "./send-handshake.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export interface IncomingMessage {
  /** An encoded MLSMessage, as it lay in the log. */
  readonly message: Uint8Array;
  /** Every commit of our own that was made in this epoch, until the epoch ends: a copy with a wrong tag decides nothing. */
  readonly pending?: readonly PendingCommit[];
}

/** What comes of a message. Total: there are no bytes for which it throws. */
export function processMessage(
  state: GroupState,
  env: GroupEnv,
  incoming: IncomingMessage,
): Outcome {
  assertInvariant(env.suite.id === state.suiteId, "the suite of the group");
  const decoded = decodeMlsMessage(incoming.message);
  if (!decoded.ok) return refuse(state, { code: "malformed" });
  switch (decoded.value.kind) {
    case "public":
      return processPublic(state, env, {
        message: decoded.value.message,
        pending: incoming.pending,
      });
    case "private":
      return processPrivate(state, env, {
        message: decoded.value.message,
        pending: incoming.pending,
      });
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

function isPendingOf(state: GroupState, pending: PendingCommit): boolean {
  return (
    pending.suiteId === state.suiteId &&
    pending.epoch === state.context.epoch &&
    equalBytes(pending.groupId, state.context.groupId)
  );
}

interface Framed<M> {
  readonly message: M;
  readonly pending: IncomingMessage["pending"];
}

function processPublic(
  state: GroupState,
  env: GroupEnv,
  { message, pending }: Framed<PublicMessage>,
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
    pending,
  });
}

function processPrivate(
  state: GroupState,
  env: GroupEnv,
  { message, pending }: Framed<PrivateMessage>,
): Outcome {
  if (message.contentType === "application")
    return openApplication(state, env, message);
  const elsewhere = placeOf(state, message);
  if (elsewhere !== undefined) return { kind: "ignored", reason: elsewhere };
  const opened = openHandshake(state, env, message);
  if (opened.kind !== "opened") return opened;
  const outcome = dispatch(opened.state, env, { ...opened, pending });
  // ML-16: any member can seal another's signed words again, with another tag or at another generation. If a refusal
  // took the key, a copy would burn the message that the key is meant for.
  return outcome.kind === "refused" ? { ...outcome, state } : outcome;
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
    readonly pending: IncomingMessage["pending"];
  },
): Outcome {
  const { authenticated, sender } = o;
  const { content, auth } = authenticated;
  const own = sender === state.own.leafIndex ? findOwn(state, env, o) : "other";
  if (own === undefined) {
    return { kind: "halted", reason: "own-leaf-elsewhere", committer: sender };
  }
  switch (content.content.kind) {
    case "proposal":
      return receiveProposal(state, env, {
        authenticated,
        sender,
        proposal: content.content.proposal,
      });
    case "commit": {
      const pending = own === "other" ? undefined : own.pending;
      // The others may follow it; to ignore it would leave us behind without a word.
      if (own !== "other" && pending === undefined)
        return { kind: "halted", reason: "missing-pending", committer: sender };
      return processCommit(state, env, {
        committer: sender,
        commit: content.content.commit,
        confirmationTag: auth.confirmationTag ?? new Uint8Array(),
        authenticatedData: content.authenticatedData,
        checkSignatures: pending === undefined,
        signed: authenticated,
        pending,
      });
    }
    case "application":
      break;
  }
  return refuse(state, { code: "malformed" });
}

interface OwnHandshake {
  /** The private half, of a commit that was made in this epoch. */
  readonly pending: PendingCommit | undefined;
}

/**
 * ML-18: a handshake of ours is known by what we signed. Its bytes tell nothing: the signature covers neither the
 * generation nor the confirmation tag, so every member can make other bytes of the same words.
 */
function findOwn(
  state: GroupState,
  env: GroupEnv,
  o: {
    readonly authenticated: AuthenticatedContent;
    readonly pending: IncomingMessage["pending"];
  },
): OwnHandshake | undefined {
  const hash = signedHash(env.suite, o.authenticated);
  const isIt = (one: { readonly messageHash: Uint8Array }): boolean =>
    equalBytes(one.messageHash, hash);
  const pending = o.pending?.find(
    (one) => isPendingOf(state, one) && isIt(one),
  );
  return pending === undefined && !state.sent.some(isIt)
    ? undefined
    : { pending };
}
