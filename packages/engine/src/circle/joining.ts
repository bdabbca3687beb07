/** A join under way, on the joiner's side (docs/spec/invite.md, IN-30). */
import {
  decode,
  decodeUtf8,
  encode,
  encodeUtf8,
  equalBytes,
  err,
  ok,
  readVector,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result } from "@halqa/bytes";
import { x25519PublicKey } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import type { OwnKeyPackage } from "../ports/mls.ts";
import type { CircleEnv } from "./circle.ts";
import { readKey, readVersion, writeKey } from "./field.ts";
import { decodeInviteLink, encodeInviteLink } from "./invite-link.ts";
import type { InviteLink } from "./invite-link.ts";
import { factsOf } from "./leaf-facts.ts";
import { MAX_LINK_LENGTH } from "./limits.ts";

/** Holds the private halves of the KeyPackage: it is erased once the circle is stored. */
export interface Joining {
  readonly link: InviteLink;
  readonly memberKey: Uint8Array;
  readonly own: OwnKeyPackage;
  readonly sealingKey: KeyPair;
  /** Our half of an approval code, to which the request binds us. */
  readonly nonce: Uint8Array;
}

const VERSION = 1;

export function encodeJoining(
  { mls }: CircleEnv,
  joining: Joining,
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, encodeUtf8(encodeInviteLink(joining.link)));
    writeVector(w, mls.encodeOwnKeyPackage(joining.own));
    writeKey(w, joining.sealingKey.secretKey);
    writeKey(w, joining.nonce);
  });
}

/** Refuses parts that do not belong together. */
export function decodeJoining(
  { mls }: CircleEnv,
  bytes: Uint8Array,
): Result<Joining, DecodeError> {
  const stored = decode(bytes, readStored);
  if (!stored.ok) return stored;
  const misfit = err({ kind: "invalid" as const, at: 0 });
  const text = decodeUtf8(stored.value.link);
  const link = text.ok ? decodeInviteLink(text.value) : text;
  const own = mls.decodeOwnKeyPackage(stored.value.own);
  if (!link.ok || !own.ok) return misfit;
  const facts = factsOf(own.value.keyPackage.leafNode);
  const { secretKey } = stored.value;
  const publicKey = x25519PublicKey(secretKey);
  if (facts === undefined || !equalBytes(facts.info.sealingKey, publicKey))
    return misfit;
  return ok({
    link: link.value,
    memberKey: facts.credential.memberKey,
    own: own.value,
    sealingKey: { publicKey, secretKey },
    nonce: stored.value.nonce,
  });
}

function readStored(r: Reader) {
  readVersion(r, VERSION);
  return {
    link: readVector(r, MAX_LINK_LENGTH),
    own: readVector(r),
    secretKey: readKey(r),
    nonce: readKey(r),
  };
}
