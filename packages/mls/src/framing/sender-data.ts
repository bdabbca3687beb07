/**
 * Sender data (RFC 9420, 6.3.2): who sent a PrivateMessage and with which key, encrypted under a key that depends on a
 * sample of the ciphertext, so that messages of one sender do not look alike.
 */
import { decode, encode, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { expandWithLabel } from "../labeled.ts";
import type { MessageKey } from "../schedule/secret-tree.ts";
import {
  readSenderData,
  writeSenderData,
  writeSenderDataAad,
} from "../structs/private-message.ts";
import type { PrivateMessage, SenderData } from "../structs/private-message.ts";
import type { Suite } from "../suite.ts";

/** The fields that are in the clear, and the ciphertext that is sampled. */
export type SenderDataContext = Pick<
  PrivateMessage,
  "groupId" | "epoch" | "contentType" | "ciphertext"
>;

export function sealSenderData(
  suite: Suite,
  o: {
    readonly senderDataSecret: Uint8Array;
    readonly senderData: SenderData;
    readonly context: SenderDataContext;
  },
): Uint8Array {
  return suite.aead.seal({
    ...deriveSenderDataKey(suite, o.senderDataSecret, o.context.ciphertext),
    aad: encode((w) => writeSenderDataAad(w, o.context)),
    plaintext: encode((w) => writeSenderData(w, o.senderData)),
  });
}

/** `not-opened` for whoever is outside the epoch; `malformed` for a member who encrypted something else. */
export function openSenderData(
  suite: Suite,
  senderDataSecret: Uint8Array,
  message: PrivateMessage,
): Result<SenderData, { readonly kind: "not-opened" | "malformed" }> {
  const opened = suite.aead.open({
    ...deriveSenderDataKey(suite, senderDataSecret, message.ciphertext),
    aad: encode((w) => writeSenderDataAad(w, message)),
    ciphertext: message.encryptedSenderData,
  });
  if (!opened.ok) return err({ kind: "not-opened" });
  const decoded = decode(opened.value, readSenderData);
  return decoded.ok ? ok(decoded.value) : err({ kind: "malformed" });
}

/** Key and nonce for the sender data beside this ciphertext; a short ciphertext is its own sample. */
export function deriveSenderDataKey(
  suite: Suite,
  senderDataSecret: Uint8Array,
  ciphertext: Uint8Array,
): MessageKey {
  const sample = ciphertext.subarray(0, suite.hashLength);
  const derive = (label: string, length: number) =>
    expandWithLabel(suite, {
      secret: senderDataSecret,
      label,
      context: sample,
      length,
    });
  return {
    key: derive("key", suite.aead.keyLength),
    nonce: derive("nonce", suite.aead.nonceLength),
  };
}
