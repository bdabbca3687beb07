/**
 * Reading application messages of this epoch and of the few before it (RFC 9420, 6.3 and 15.3; docs/spec/mls-profile.md, ML-16, ML-19,
 * ML-34, ML-35). Each key opens one message and is then gone from the state.
 */
import { equalBytes } from "@halqa/bytes";
import { verifyFramedContent } from "../framing/content-signature.ts";
import { openPrivate } from "../framing/private-message.ts";
import type { FramingError } from "../framing/private-message.ts";
import type { SecretTree } from "../schedule/secret-tree.ts";
import type { PrivateMessage } from "../structs/private-message.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import type { Outcome } from "./outcome.ts";
import type { GroupEnv, GroupState, RosterEntry } from "./state.ts";

/** What reading needs of an epoch, current or past. */
interface EpochView {
  readonly groupContext: Uint8Array;
  readonly senderDataSecret: Uint8Array;
  readonly secretTree: SecretTree;
  readonly authorOf: (leafIndex: number) => RosterEntry | undefined;
  readonly withTree: (secretTree: SecretTree) => GroupState;
}

export function openApplication(
  state: GroupState,
  env: GroupEnv,
  message: PrivateMessage,
): Outcome {
  if (!equalBytes(message.groupId, state.context.groupId))
    return { kind: "ignored", reason: "other-group" };
  const view = viewOf(state, message.epoch);
  if (view === undefined) {
    const isLate = message.epoch < state.context.epoch;
    return { kind: "ignored", reason: isLate ? "past-epoch" : "future-epoch" };
  }
  const opened = openPrivate(env.suite, {
    message,
    secretTree: view.secretTree,
    senderDataSecret: view.senderDataSecret,
    limits: env.policy.limits,
    isMember: (leafIndex) => view.authorOf(leafIndex) !== undefined,
  });
  if (!opened.ok) return framingOutcome(state, opened.error);
  const { authenticatedContent, secretTree, generation } = opened.value;
  const { sender, content, authenticatedData } = authenticatedContent.content;
  if (sender.kind !== "member" || content.kind !== "application")
    return { kind: "refused", state, reason: { code: "malformed" } };
  const author = view.authorOf(sender.leafIndex);
  if (author === undefined)
    return { kind: "refused", state, reason: { code: "unknown-sender" } };
  const isAuthentic = verifyFramedContent(env.suite, {
    publicKey: author.signatureKey,
    authenticatedContent,
    groupContext: view.groupContext,
  });
  if (!isAuthentic)
    return { kind: "refused", state, reason: { code: "bad-signature" } };
  // A copy of ours that someone sealed again, or a second copy of this device: nothing here tells which (ML-19). The
  // others have used up this generation, so we do not send under it.
  if (sender.leafIndex === state.own.leafIndex) {
    const after = view.withTree(secretTree);
    return { kind: "ignored", reason: "own-message", state: after };
  }
  return {
    kind: "applied",
    state: view.withTree(secretTree),
    effect: {
      kind: "application",
      epoch: message.epoch,
      sender: sender.leafIndex,
      author: {
        signatureKey: author.signatureKey,
        credential: author.credential,
      },
      generation,
      data: content.data,
      authenticatedData,
    },
  };
}

function viewOf(state: GroupState, epoch: bigint): EpochView | undefined {
  if (epoch === state.context.epoch) {
    return {
      groupContext: state.contextBytes,
      senderDataSecret: state.secrets.senderDataSecret,
      secretTree: state.secretTree,
      authorOf: (leafIndex) => leafAt(state.tree, leafIndex),
      withTree: (secretTree) => ({ ...state, secretTree }),
    };
  }
  const index = state.past.findIndex((past) => past.epoch === epoch);
  const found = state.past[index];
  if (found === undefined) return undefined;
  return {
    groupContext: found.groupContext,
    senderDataSecret: found.senderDataSecret,
    secretTree: found.secretTree,
    authorOf: (leafIndex) => found.roster[leafIndex],
    withTree: (secretTree) => ({
      ...state,
      past: state.past.with(index, { ...found, secretTree }),
    }),
  };
}

/** Our own ratchet cannot open what we sent: that it is consumed at our leaf means that it may be ours. */
function framingOutcome(state: GroupState, error: FramingError): Outcome {
  return error.kind === "consumed" && error.leafIndex === state.own.leafIndex
    ? { kind: "ignored", reason: "own-message", state }
    : { kind: "refused", state, reason: { code: error.kind } };
}
