/** Transcript hashes and the confirmation tag (RFC 9420, 8.2 and 6.1): that all members saw the same commits in the same order. */
import { concatBytes, encode, writeBytes, writeVector } from "@halqa/bytes";
import {
  writeFramedContent,
  writeWireFormat,
} from "../structs/framed-content.ts";
import type { FramedContent, WireFormat } from "../structs/framed-content.ts";
import type { Suite } from "../suite.ts";

/** A commit as far as it exists before its confirmation tag: the tag is made from the hash of this. */
export interface SignedCommit {
  readonly wireFormat: WireFormat;
  readonly content: FramedContent;
  readonly auth: { readonly signature: Uint8Array };
}

/** The confirmed transcript hash of the epoch that this commit begins. */
export function confirmedTranscriptHash(
  suite: Suite,
  interimBefore: Uint8Array,
  commit: SignedCommit,
): Uint8Array {
  const input = encode((w) => {
    writeBytes(w, interimBefore);
    writeWireFormat(w, commit.wireFormat);
    writeFramedContent(w, commit.content);
    writeVector(w, commit.auth.signature);
  });
  return suite.hash(input);
}

/** The interim transcript hash of an epoch, which the next commit builds on. */
export function interimTranscriptHash(
  suite: Suite,
  confirmed: Uint8Array,
  tag: Uint8Array,
): Uint8Array {
  const input = encode((w) => writeVector(w, tag));
  return suite.hash(concatBytes(confirmed, input));
}

/** The tag by which a committer shows that its new epoch is the receiver's. */
export function confirmationTag(
  suite: Suite,
  confirmationKey: Uint8Array,
  confirmed: Uint8Array,
): Uint8Array {
  return suite.mac(confirmationKey, confirmed);
}
