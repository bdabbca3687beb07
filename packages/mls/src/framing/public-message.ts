/**
 * Protecting and checking PublicMessages (RFC 9420, 6.2). Only handshakes of members are made or accepted: application data is
 * never sent in the clear, and the profile has no senders from outside.
 */
import { encode, equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { assertInvariant } from "@halqa/bytes";
import { writeFramedContentAuth } from "../structs/framed-content.ts";
import type { AuthenticatedContent } from "../structs/framed-content.ts";
import type { PublicMessage } from "../structs/public-message.ts";
import type { Suite } from "../suite.ts";
import {
  verifyFramedContent,
  writeFramedContentTbs,
} from "./content-signature.ts";

export interface PublicFault {
  readonly kind:
    | "application-in-public"
    | "external-sender"
    | "unknown-sender"
    | "bad-membership-tag"
    | "bad-signature";
}

/** The message for content that was signed as `public`. `groupContext` is the epoch's, encoded. */
export function protectPublic(
  suite: Suite,
  o: {
    readonly authenticatedContent: AuthenticatedContent;
    readonly membershipKey: Uint8Array;
    readonly groupContext: Uint8Array;
  },
): PublicMessage {
  const { wireFormat, content, auth } = o.authenticatedContent;
  assertInvariant(wireFormat === "public", "signed for another wire format");
  assertInvariant(content.sender.kind === "member", "only members send");
  assertInvariant(
    content.content.kind !== "application",
    "application data is never sent in the clear",
  );
  return { content, auth, membershipTag: makeMembershipTag(suite, o) };
}

/**
 * The content of a message whose tag and signature hold. `signatureKeyOf` answers for the epoch of the message (undefined
 * for a blank leaf); comparing group id and epoch is the caller's, who chose the keys by them.
 */
export function checkPublic(
  suite: Suite,
  o: {
    readonly message: PublicMessage;
    readonly membershipKey: Uint8Array;
    readonly groupContext: Uint8Array;
    readonly signatureKeyOf: (leafIndex: number) => Uint8Array | undefined;
  },
): Result<AuthenticatedContent, PublicFault> {
  const { content, auth, membershipTag } = o.message;
  if (content.content.kind === "application")
    return err({ kind: "application-in-public" });
  if (content.sender.kind !== "member") return err({ kind: "external-sender" });
  const publicKey = o.signatureKeyOf(content.sender.leafIndex);
  if (publicKey === undefined) return err({ kind: "unknown-sender" });
  const authenticatedContent: AuthenticatedContent = {
    wireFormat: "public",
    content,
    auth,
  };
  const expected = makeMembershipTag(suite, { ...o, authenticatedContent });
  if (membershipTag === undefined || !equalBytes(expected, membershipTag))
    return err({ kind: "bad-membership-tag" });
  return verifyFramedContent(suite, { ...o, publicKey, authenticatedContent })
    ? ok(authenticatedContent)
    : err({ kind: "bad-signature" });
}

/** The MAC over AuthenticatedContentTBM: what is signed, then the signature and tag themselves. */
function makeMembershipTag(
  suite: Suite,
  o: {
    readonly authenticatedContent: AuthenticatedContent;
    readonly membershipKey: Uint8Array;
    readonly groupContext: Uint8Array;
  },
): Uint8Array {
  const { wireFormat, content, auth } = o.authenticatedContent;
  const input = encode((w) => {
    const { groupContext } = o;
    writeFramedContentTbs(w, { wireFormat, content, groupContext });
    writeFramedContentAuth(w, content.content.kind, auth);
  });
  return suite.mac(o.membershipKey, input);
}
