/**
 * Opening a handshake message that came as PrivateMessage (RFC 9420, 6.3; docs/spec/mls-profile.md, ML-16, ML-33). The verdict may not depend on
 * which messages reached us before: generations are bounded absolutely, and a key is consumed only by an authentic message.
 */
import { verifyFramedContent } from "../framing/content-signature.ts";
import { openPrivate } from "../framing/private-message.ts";
import type { AuthenticatedContent } from "../structs/framed-content.ts";
import type { PrivateMessage } from "../structs/private-message.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import type { Outcome } from "./outcome.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export type OpenedHandshake =
  | {
      readonly kind: "opened";
      readonly state: GroupState;
      readonly authenticated: AuthenticatedContent;
      readonly sender: number;
    }
  | Extract<Outcome, { readonly kind: "refused" }>;

/** The content and the state without its key, or the outcome that the message ends with. */
export function openHandshake(
  state: GroupState,
  env: GroupEnv,
  message: PrivateMessage,
): OpenedHandshake {
  const { maxHandshakes } = env.policy.limits;
  const opened = openPrivate(env.suite, {
    message,
    secretTree: state.secretTree,
    senderDataSecret: state.secrets.senderDataSecret,
    limits: { maxForward: maxHandshakes, maxSkipped: maxHandshakes },
    isMember: (leafIndex) => leafAt(state.tree, leafIndex) !== undefined,
  });
  if (!opened.ok)
    return { kind: "refused", state, reason: { code: opened.error.kind } };
  const { authenticatedContent, secretTree, generation } = opened.value;
  const { sender } = authenticatedContent.content;
  const leaf =
    sender.kind === "member" ? leafAt(state.tree, sender.leafIndex) : undefined;
  if (sender.kind !== "member" || leaf === undefined)
    return { kind: "refused", state, reason: { code: "unknown-sender" } };
  if (generation >= maxHandshakes)
    return { kind: "refused", state, reason: { code: "too-far" } };
  const isAuthentic = verifyFramedContent(env.suite, {
    publicKey: leaf.signatureKey,
    authenticatedContent,
    groupContext: state.contextBytes,
  });
  if (!isAuthentic)
    return { kind: "refused", state, reason: { code: "bad-signature" } };
  return {
    kind: "opened",
    state: { ...state, secretTree },
    authenticated: authenticatedContent,
    sender: sender.leafIndex,
  };
}
