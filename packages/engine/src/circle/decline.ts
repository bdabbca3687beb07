/** A steward's no, as the asker's device hears of it (docs/spec/invite.md, IN-55). */
import { concatBytes, decode, encode, equalBytes, writeU8 } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import type { Circle, CircleEnv } from "./circle.ts";
import { readKey, readVersion, writeKey } from "./field.ts";
import type { Joining } from "./joining.ts";
import type { JoinRequest } from "./join-request.ts";
import { openPaddedBox, sealPaddedBox } from "./padded-box.ts";

const VERSION = 1;

/** The box for the asker's inbox. It gives no reason and names nobody. */
export function sealDecline(
  circle: Circle,
  { random }: CircleEnv,
  { id, memberKey, sealingKey }: JoinRequest,
): Result<Uint8Array, { readonly kind: "too-large" | "weak-key" }> {
  return sealPaddedBox({
    label: "declineBox",
    publicKey: sealingKey,
    aad: concatBytes(circle.info.circleId, memberKey),
    plaintext: encode((w) => {
      writeU8(w, VERSION);
      writeKey(w, id);
    }),
    random,
  });
}

/** Whether what came into our inbox is the no to this very request. Any bytes may come. */
export function isDecline(
  { mls }: CircleEnv,
  joining: Joining,
  box: Uint8Array,
): boolean {
  const opened = openPaddedBox({
    label: "declineBox",
    keyPair: joining.sealingKey,
    aad: concatBytes(joining.link.circleId, joining.memberKey),
    box,
  });
  if (!opened.ok) return false;
  const request = decode(opened.value, (r) => {
    readVersion(r, VERSION);
    return readKey(r);
  });
  const own = sha256(mls.encodeKeyPackage(joining.own.keyPackage));
  return request.ok && equalBytes(request.value, own);
}
