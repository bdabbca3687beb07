/** The keys of an inbox: its owner's, with the names that follow from it, and that of the members who write into it. */
import { encodeBase64url } from "@halqa/bytes";
import { ed25519PublicKey, sha256 } from "@halqa/crypto";
import { inboxIdOf } from "@halqa/protocol";
import { deriveKey } from "../circle/derive-key.ts";
import type { InboxOwner } from "./mail.ts";

export function createInboxOwner(seed: Uint8Array): InboxOwner {
  const publicKey = ed25519PublicKey(seed);
  const inboxId = inboxIdOf(sha256, publicKey);
  return { seed, publicKey, inboxId, key: encodeBase64url(inboxId) };
}

/** EN-146, rule C7: the seed of the key by which members of an address write into an inbox. */
export function inboxSeed(logSeed: Uint8Array, sendId: Uint8Array): Uint8Array {
  return deriveKey(logSeed, "inboxMember", sendId);
}
