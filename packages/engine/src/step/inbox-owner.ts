/** The owner's key of an inbox, with the names that follow from it: they are asked for with every event. */
import { encodeBase64url } from "@halqa/bytes";
import { ed25519PublicKey, sha256 } from "@halqa/crypto";
import { inboxIdOf } from "@halqa/protocol";
import type { InboxOwner } from "./durable.ts";

export function createInboxOwner(seed: Uint8Array): InboxOwner {
  const publicKey = ed25519PublicKey(seed);
  const inboxId = inboxIdOf(sha256, publicKey);
  return { seed, publicKey, inboxId, key: encodeBase64url(inboxId) };
}
