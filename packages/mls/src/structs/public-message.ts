/** PublicMessage (RFC 9420, 6.2): signed, readable by anyone. Members prove their membership by a tag beside the signature. */
import { assertInvariant, readVector, writeVector } from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import {
  readFramedContent,
  readFramedContentAuth,
  writeFramedContent,
  writeFramedContentAuth,
} from "./framed-content.ts";
import type { FramedContent, FramedContentAuth } from "./framed-content.ts";

export interface PublicMessage {
  readonly content: FramedContent;
  readonly auth: FramedContentAuth;
  /** Given exactly for senders that are members. */
  readonly membershipTag: Uint8Array | undefined;
}

export function readPublicMessage(r: Reader): PublicMessage {
  const content = readFramedContent(r);
  const auth = readFramedContentAuth(r, content.content.kind);
  const isMember = content.sender.kind === "member";
  return { content, auth, membershipTag: isMember ? readVector(r) : undefined };
}

export function writePublicMessage(w: Writer, x: PublicMessage): void {
  writeFramedContent(w, x.content);
  writeFramedContentAuth(w, x.content.content.kind, x.auth);
  assertInvariant(
    (x.membershipTag !== undefined) === (x.content.sender.kind === "member"),
    "members carry a membership tag, and nobody else does",
  );
  if (x.membershipTag !== undefined) writeVector(w, x.membershipTag);
}
