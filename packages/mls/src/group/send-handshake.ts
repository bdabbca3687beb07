/**
 * Signing and protecting our own handshake messages (RFC 9420, 6.1 to 6.3; docs/spec/mls-profile.md, ML-4, ML-5, ML-18, ML-33, ML-84). A signed
 * message is remembered in the state, so that it is known again when it comes back, and counted, so that no receiver
 * ever finds its generation too far.
 */
import { encode, err, ok, writeVector } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { signFramedContent } from "../framing/content-signature.ts";
import { sealPrivate } from "../framing/private-message.ts";
import { protectPublic } from "../framing/public-message.ts";
import { leafRatchets } from "../schedule/secret-tree.ts";
import {
  writeFramedContent,
  writeWireFormat,
} from "../structs/framed-content.ts";
import type {
  AuthenticatedContent,
  Content,
  FramedContent,
  WireFormat,
} from "../structs/framed-content.ts";
import { encodeMlsMessage } from "../structs/mls-message.ts";
import type { Suite } from "../suite.ts";
import type { Refusal } from "./outcome.ts";
import type { GroupEnv, GroupState } from "./state.ts";

/** What a caller may say about how a message travels. */
export interface SendOptions {
  readonly authenticatedData?: Uint8Array;
  /** Zero octets behind the content; only a PrivateMessage has any. */
  readonly padding?: number;
  readonly wireFormat?: WireFormat;
}

export interface SignedContent {
  readonly wireFormat: WireFormat;
  readonly content: FramedContent;
  readonly auth: { readonly signature: Uint8Array };
}

/** Content of ours, signed for this epoch with our current signature key. */
export function signContent(
  suite: Suite,
  state: GroupState,
  o: SendOptions & { readonly content: Content },
): SignedContent {
  const wireFormat = o.wireFormat ?? "private";
  const content: FramedContent = {
    groupId: state.context.groupId,
    epoch: state.context.epoch,
    sender: { kind: "member", leafIndex: state.own.leafIndex },
    authenticatedData: o.authenticatedData ?? new Uint8Array(),
    content: o.content,
  };
  const signature = signFramedContent(suite, {
    key: state.own.signatureSeed,
    wireFormat,
    content,
    groupContext: state.contextBytes,
  });
  return { wireFormat, content, auth: { signature } };
}

/**
 * True when one more handshake message of ours would be refused by everyone (ML-33). Copies of our messages that others
 * sealed further ahead have moved our ratchet as they have moved everybody's, so its generation counts too.
 */
export function isEpochExhausted(
  state: GroupState,
  env: GroupEnv,
  o: SendOptions,
): boolean {
  const { maxHandshakes } = env.policy.limits;
  if (state.sent.length >= maxHandshakes) return true;
  if (o.wireFormat === "public") return false;
  const ratchets = leafRatchets(state.secretTree, state.own.leafIndex);
  return (ratchets?.handshake.generation ?? 0) >= maxHandshakes;
}

/** What names a signed message whoever seals it and under which tag: wire format, content and signature. */
export function signedHash(suite: Suite, signed: SignedContent): Uint8Array {
  const bytes = encode((w) => {
    writeWireFormat(w, signed.wireFormat);
    writeFramedContent(w, signed.content);
    writeVector(w, signed.auth.signature);
  });
  return suite.hash(bytes);
}

export interface ProtectedHandshake {
  readonly message: Uint8Array;
  readonly messageHash: Uint8Array;
  /** With our handshake ratchet one further, and the message's key kept until the message is seen back (ML-18). */
  readonly state: GroupState;
}

/** The encoded message for signed content. */
export function protectHandshake(
  state: GroupState,
  env: GroupEnv,
  o: {
    readonly authenticated: AuthenticatedContent;
    readonly padding: number;
  },
): Result<ProtectedHandshake, Refusal> {
  const { suite } = env;
  const { authenticated } = o;
  const messageHash = signedHash(suite, authenticated);
  if (authenticated.wireFormat === "public") {
    const message = encodeMlsMessage({
      kind: "public",
      message: protectPublic(suite, {
        authenticatedContent: authenticated,
        membershipKey: state.secrets.membershipKey,
        groupContext: state.contextBytes,
      }),
    });
    return ok({ message, messageHash, state });
  }
  const sealed = sealPrivate(suite, {
    authenticatedContent: authenticated,
    secretTree: state.secretTree,
    senderDataSecret: state.secrets.senderDataSecret,
    padding: o.padding,
    random: env.random,
    keepsKey: true,
  });
  if (!sealed.ok) return err({ code: "epoch-exhausted" });
  const { secretTree } = sealed.value;
  const message = encodeMlsMessage({
    kind: "private",
    message: sealed.value.message,
  });
  return ok({
    message,
    messageHash,
    state: { ...state, secretTree },
  });
}
