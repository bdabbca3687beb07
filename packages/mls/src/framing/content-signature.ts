/** The signature of a FramedContent (RFC 9420, 6.1): binds what is said to the wire format, the group and the epoch. */
import { encode, writeBytes } from "@halqa/bytes";
import type { Writer } from "@halqa/bytes";
import { signWithLabel, verifyWithLabel } from "../labeled.ts";
import {
  writeFramedContent,
  writeWireFormat,
} from "../structs/framed-content.ts";
import type {
  AuthenticatedContent,
  FramedContent,
  WireFormat,
} from "../structs/framed-content.ts";
import { MLS10, writeProtocolVersion } from "../structs/protocol-version.ts";
import type { Suite } from "../suite.ts";

const LABEL = "FramedContentTBS";

/** What is signed: content and wire format, and the encoded GroupContext where the sender knows it. */
export interface ContentToSign {
  readonly wireFormat: WireFormat;
  readonly content: FramedContent;
  readonly groupContext: Uint8Array;
}

/** Signs with the sender's private signature key. */
export function signFramedContent(
  suite: Suite,
  o: ContentToSign & { readonly key: Uint8Array },
): Uint8Array {
  return signWithLabel(suite, {
    key: o.key,
    label: LABEL,
    content: encode((w) => writeFramedContentTbs(w, o)),
  });
}

/** Whether the holder of `publicKey` said this in this epoch. `groupContext` must be the one of the content's epoch. */
export function verifyFramedContent(
  suite: Suite,
  o: {
    readonly publicKey: Uint8Array;
    readonly authenticatedContent: AuthenticatedContent;
    readonly groupContext: Uint8Array;
  },
): boolean {
  const { wireFormat, content, auth } = o.authenticatedContent;
  const tbs = { wireFormat, content, groupContext: o.groupContext };
  return verifyWithLabel(suite, {
    publicKey: o.publicKey,
    label: LABEL,
    content: encode((w) => writeFramedContentTbs(w, tbs)),
    signature: auth.signature,
  });
}

/** FramedContentTBS. Senders from outside do not know the context, so theirs ends with the content. */
export function writeFramedContentTbs(w: Writer, x: ContentToSign): void {
  writeProtocolVersion(w, MLS10);
  writeWireFormat(w, x.wireFormat);
  writeFramedContent(w, x.content);
  switch (x.content.sender.kind) {
    case "member":
    case "new-member-commit":
      writeBytes(w, x.groupContext);
      return;
    case "external":
    case "new-member-proposal":
  }
}
