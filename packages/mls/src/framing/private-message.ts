/**
 * Sealing and opening PrivateMessages (RFC 9420, 6.3): the content under the sender's next key, the sender under the epoch's.
 * Opening proves that some member of the epoch sealed the message; who it was only the signature says, which the caller
 * checks next (`verifyFramedContent`).
 */
import {
  assertInvariant,
  createReader,
  encode,
  err,
  hasFailed,
  ok,
  writeBytes,
} from "@halqa/bytes";
import type { Reader, Result } from "@halqa/bytes";
import type { RandomBytes } from "@halqa/crypto";
import {
  keepKey,
  messageKey,
  nextMessageKey,
} from "../schedule/secret-tree.ts";
import type {
  RatchetLimits,
  RatchetType,
  SecretTree,
} from "../schedule/secret-tree.ts";
import {
  readContent,
  readFramedContentAuth,
  writeContent,
  writeFramedContentAuth,
} from "../structs/framed-content.ts";
import type {
  AuthenticatedContent,
  ContentType,
} from "../structs/framed-content.ts";
import {
  REUSE_GUARD_LENGTH,
  writePrivateContentAad,
} from "../structs/private-message.ts";
import type { PrivateMessage } from "../structs/private-message.ts";
import type { Suite } from "../suite.ts";
import { openSenderData, sealSenderData } from "./sender-data.ts";

export interface SealedPrivate {
  readonly message: PrivateMessage;
  /** Persist this before the message leaves: the tree that was given would use the key again. */
  readonly secretTree: SecretTree;
  readonly generation: number;
}

/** Seals content that was signed as `private`, with `padding` zero octets behind it. */
export function sealPrivate(
  suite: Suite,
  o: {
    readonly authenticatedContent: AuthenticatedContent;
    readonly secretTree: SecretTree;
    readonly senderDataSecret: Uint8Array;
    readonly padding: number;
    readonly random: RandomBytes;
    /** True for handshakes: their sender reads them back from the log, with everybody else's verdict. */
    readonly keepsKey?: boolean;
  },
): Result<SealedPrivate, { readonly kind: "exhausted" }> {
  const { wireFormat, content, auth } = o.authenticatedContent;
  assertInvariant(wireFormat === "private", "signed for another wire format");
  assertInvariant(content.sender.kind === "member", "only members seal");
  const { leafIndex } = content.sender;
  const contentType = content.content.kind;
  const place = { leaf: leafIndex, type: ratchetTypeOf(contentType) };
  const next = nextMessageKey(suite, o.secretTree, place);
  if (next === undefined) return err({ kind: "exhausted" });
  const { groupId, epoch, authenticatedData } = content;
  const clear = { groupId, epoch, contentType, authenticatedData };
  const reuseGuard = o.random(REUSE_GUARD_LENGTH);
  const ciphertext = suite.aead.seal({
    key: next.key,
    nonce: guardNonce(next.nonce, reuseGuard),
    aad: encode((w) => writePrivateContentAad(w, clear)),
    plaintext: encode((w) => {
      writeContent(w, content.content);
      writeFramedContentAuth(w, contentType, auth);
      writeBytes(w, new Uint8Array(o.padding));
    }),
  });
  const encryptedSenderData = sealSenderData(suite, {
    senderDataSecret: o.senderDataSecret,
    senderData: { leafIndex, generation: next.generation, reuseGuard },
    context: { ...clear, ciphertext },
  });
  return ok({
    message: { ...clear, encryptedSenderData, ciphertext },
    secretTree:
      o.keepsKey === true ? keepKey(next.tree, { ...place, next }) : next.tree,
    generation: next.generation,
  });
}

export type FramingError =
  /** Not of this epoch, damaged, or sealed with another key than it claims. */
  | { readonly kind: "not-opened" }
  /** A member sealed what is no message. The key is not consumed: any member could burn another's messages like this. */
  | { readonly kind: "malformed" }
  | {
      readonly kind: "consumed" | "too-far";
      readonly leafIndex: number;
      readonly generation: number;
    }
  | { readonly kind: "unknown-sender"; readonly leafIndex: number };

export interface OpenedPrivate {
  /** Its signature is not checked yet. */
  readonly authenticatedContent: AuthenticatedContent;
  /** Adopt this only once the signature holds: every member can derive every sender's keys. */
  readonly secretTree: SecretTree;
  readonly generation: number;
}

/**
 * Opens a message with the secrets of the epoch it names (choosing them is the caller's). `isMember` says for that epoch which leaves are not blank:
 * no key is derived for others. Nothing is consumed unless the content opened.
 */
export function openPrivate(
  suite: Suite,
  o: {
    readonly message: PrivateMessage;
    readonly secretTree: SecretTree;
    readonly senderDataSecret: Uint8Array;
    readonly limits: RatchetLimits;
    readonly isMember: (leafIndex: number) => boolean;
  },
): Result<OpenedPrivate, FramingError> {
  const { message } = o;
  const sender = openSenderData(suite, o.senderDataSecret, message);
  if (!sender.ok) return sender;
  const { leafIndex, generation, reuseGuard } = sender.value;
  if (leafIndex >= o.secretTree.leafCount || !o.isMember(leafIndex))
    return err({ kind: "unknown-sender", leafIndex });
  const received = messageKey(suite, o.secretTree, {
    leaf: leafIndex,
    type: ratchetTypeOf(message.contentType),
    generation,
    limits: o.limits,
  });
  if (received.kind !== "key")
    return err({ kind: received.kind, leafIndex, generation });
  const opened = suite.aead.open({
    key: received.key,
    nonce: guardNonce(received.nonce, reuseGuard),
    aad: encode((w) => writePrivateContentAad(w, message)),
    ciphertext: message.ciphertext,
  });
  if (!opened.ok) return err({ kind: "not-opened" });
  const authenticatedContent = decodeContent(message, leafIndex, opened.value);
  return authenticatedContent === undefined
    ? err({ kind: "malformed" })
    : ok({ authenticatedContent, secretTree: received.tree, generation });
}

function ratchetTypeOf(contentType: ContentType): RatchetType {
  return contentType === "application" ? "application" : "handshake";
}

/** Two messages under one key by a mistake of state still differ in their nonces, but for one case in 2^32. */
function guardNonce(nonce: Uint8Array, reuseGuard: Uint8Array): Uint8Array {
  return nonce.map((octet, i) => octet ^ (reuseGuard[i] ?? 0));
}

/** PrivateMessageContent: content, authentication, and zeros to the end. */
function decodeContent(
  message: PrivateMessage,
  leafIndex: number,
  plaintext: Uint8Array,
): AuthenticatedContent | undefined {
  const r = createReader(plaintext);
  const content = readContent(r, message.contentType);
  const auth = readFramedContentAuth(r, message.contentType);
  if (hasFailed(r) || !isZeroToTheEnd(r)) return undefined;
  return {
    wireFormat: "private",
    content: {
      groupId: message.groupId,
      epoch: message.epoch,
      sender: { kind: "member", leafIndex },
      authenticatedData: message.authenticatedData,
      content,
    },
    auth,
  };
}

/** Anything else behind the content would be a covert channel. */
function isZeroToTheEnd(r: Reader): boolean {
  for (let at = r.position; at < r.end; at++) {
    if (r.bytes[at] !== 0) return false;
  }
  return true;
}
