/**
 * The code that a steward and whoever asks read to each other, when both want to know that nobody stands between them
 * (docs/spec/invite.md, IN-60 to IN-63): who asks is bound to a nonce by the request, the steward answers with another one,
 * and only then the first is shown. Neither can choose the code, and who stands between has one guess in a million.
 */
import { concatBytes, decode, encode, equalBytes, writeU8 } from "@halqa/bytes";
import type { Reader, Result, Writer } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import type { Circle, CircleEnv } from "./circle.ts";
import { hashLabeled, labeledBytes } from "./derive-key.ts";
import { readKey, readVersion, writeKey } from "./field.ts";
import { inviteKeys } from "./invite-secret.ts";
import type { Invite } from "./invite-secret.ts";
import type { Joining } from "./joining.ts";
import { openPaddedBox, sealPaddedBox } from "./padded-box.ts";
import { sixDigitsOf } from "./six-digits.ts";

const VERSION = 1;

/** What the code is made of; each is 32 octets. */
export interface CodeFacts {
  readonly invitePub: Uint8Array;
  readonly circleId: Uint8Array;
  readonly stewardKey: Uint8Array;
  readonly joinerKey: Uint8Array;
  /** SHA-256 of the KeyPackage. */
  readonly requestId: Uint8Array;
  readonly joinerNonce: Uint8Array;
  readonly stewardNonce: Uint8Array;
}

/** A nonce of one side, and which request and steward it is for. */
export interface CodeNonce {
  readonly requestId: Uint8Array;
  readonly stewardKey: Uint8Array;
  readonly nonce: Uint8Array;
}

/** What a request binds its maker to. */
export function commitmentOf(joinerNonce: Uint8Array): Uint8Array {
  return sha256(labeledBytes("joinCommitment", joinerNonce));
}

/** Six digits. */
export function joinCodeOf(facts: CodeFacts): string {
  return sixDigitsOf(
    hashLabeled(
      "joinCode",
      facts.invitePub,
      facts.circleId,
      facts.stewardKey,
      facts.joinerKey,
      facts.requestId,
      facts.joinerNonce,
      facts.stewardNonce,
    ),
  );
}

/** What of a request its answer needs. */
interface Asker {
  readonly id: Uint8Array;
  readonly memberKey: Uint8Array;
  readonly sealingKey: Uint8Array;
}

type Sealed = Result<Uint8Array, { readonly kind: "too-large" | "weak-key" }>;

/** The steward's nonce, for the inbox of who asks. */
export function sealCheck(
  circle: Circle,
  { random }: CircleEnv,
  o: { readonly asker: Asker; readonly nonce: Uint8Array },
): Sealed {
  const { id, memberKey, sealingKey } = o.asker;
  return sealPaddedBox({
    label: "joinCheckBox",
    publicKey: sealingKey,
    aad: concatBytes(circle.info.circleId, memberKey),
    plaintext: encodeNonce({
      requestId: id,
      stewardKey: circle.memberKey,
      nonce: o.nonce,
    }),
    random,
  });
}

/** What of our inbox is a steward's nonce for our request. Any bytes may come. */
export function openCheck(
  { mls }: CircleEnv,
  joining: Joining,
  box: Uint8Array,
): CodeNonce | undefined {
  const opened = openPaddedBox({
    label: "joinCheckBox",
    keyPair: joining.sealingKey,
    aad: concatBytes(joining.link.circleId, joining.memberKey),
    box,
  });
  const check = opened.ok ? decodeNonce(opened.value) : undefined;
  if (check === undefined) return undefined;
  const own = sha256(mls.encodeKeyPackage(joining.own.keyPackage));
  return equalBytes(check.requestId, own) ? check : undefined;
}

/** Our own nonce, for the invite's inbox. */
export function sealReveal(
  { random }: CircleEnv,
  joining: Joining,
  check: CodeNonce,
): Sealed {
  const { link, nonce } = joining;
  return sealPaddedBox({
    label: "joinRevealBox",
    publicKey: link.sealingKey,
    aad: concatBytes(link.circleId, link.sendId),
    plaintext: encodeNonce({ ...check, nonce }),
    random,
  });
}

/** What of the invite's inbox is the nonce of somebody who asks. Any bytes may come; whose it is the commitment tells. */
export function openReveal(
  circle: Circle,
  o: { readonly invite: Invite; readonly box: Uint8Array },
): CodeNonce | undefined {
  const { sealing, sendId } = inviteKeys(o.invite);
  const opened = openPaddedBox({
    label: "joinRevealBox",
    keyPair: sealing,
    aad: concatBytes(circle.info.circleId, sendId),
    box: o.box,
  });
  return opened.ok ? decodeNonce(opened.value) : undefined;
}

function encodeNonce(o: CodeNonce): Uint8Array {
  return encode((w: Writer) => {
    writeU8(w, VERSION);
    writeKey(w, o.requestId);
    writeKey(w, o.stewardKey);
    writeKey(w, o.nonce);
  });
}

function decodeNonce(bytes: Uint8Array): CodeNonce | undefined {
  const decoded = decode(bytes, (r: Reader) => {
    readVersion(r, VERSION);
    return {
      requestId: readKey(r),
      stewardKey: readKey(r),
      nonce: readKey(r),
    };
  });
  return decoded.ok ? decoded.value : undefined;
}
