/**
 * Who stands behind a leaf (docs/spec/circle.md, CI-1). A member has one key in a circle and another in every other, so
 * that two circles cannot be compared; each device's leaf key is certified by it.
 */
import {
  decode,
  encode,
  equalBytes,
  failReader,
  readBytes,
  readU16,
  writeU16,
  writeU8,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  isEd25519PublicKey,
} from "@halqa/crypto";
import type { Credential } from "../ports/mls.ts";
import { deriveKey, labeledBytes } from "./derive-key.ts";
import {
  readKey,
  readVersion,
  SIGNATURE_LENGTH,
  writeFixed,
  writeKey,
} from "./field.ts";

export interface MemberCredential {
  readonly memberKey: Uint8Array;
  readonly deviceNo: number;
  /** The member's signature over the circle's id and the leaf's signature key. */
  readonly certificate: Uint8Array;
}

const VERSION = 1;

/** MLS's type of a credential that is bytes for the application to judge (RFC 9420, 5.3). */
export const BASIC_CREDENTIAL = 1;

/** The seed of a person's key in one circle. */
export function memberSeedOf(
  identitySeed: Uint8Array,
  circleId: Uint8Array,
): Uint8Array {
  return deriveKey(identitySeed, "memberKey", circleId);
}

/** Whether whoever has this seed is the member, and can certify devices; a linked device cannot (docs/spec/linking.md, LK-40). */
export function hasAuthority(
  identitySeed: Uint8Array,
  o: { readonly circleId: Uint8Array; readonly memberKey: Uint8Array },
): boolean {
  const memberSeed = memberSeedOf(identitySeed, o.circleId);
  return equalBytes(ed25519PublicKey(memberSeed), o.memberKey);
}

/** The credential of one device, certified with the member's seed. */
export function certifyDevice(o: {
  readonly memberSeed: Uint8Array;
  readonly deviceNo: number;
  readonly circleId: Uint8Array;
  readonly signatureKey: Uint8Array;
}): MemberCredential {
  return {
    memberKey: ed25519PublicKey(o.memberSeed),
    deviceNo: o.deviceNo,
    certificate: ed25519Sign(o.memberSeed, certificateText(o)),
  };
}

/** Whether the member's key stands behind this leaf key in this circle. */
export function isCertified(
  credential: MemberCredential,
  o: { readonly circleId: Uint8Array; readonly signatureKey: Uint8Array },
): boolean {
  return ed25519Verify(
    credential.memberKey,
    certificateText(o),
    credential.certificate,
  );
}

export function encodeCredential(credential: MemberCredential): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeKey(w, credential.memberKey);
    writeU16(w, credential.deviceNo);
    writeFixed(w, credential.certificate, SIGNATURE_LENGTH);
  });
}

export function decodeCredential(
  bytes: Uint8Array,
): Result<MemberCredential, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const memberKey = readKey(r);
    if (!isEd25519PublicKey(memberKey)) failReader(r, "invalid");
    return {
      memberKey,
      deviceNo: readU16(r),
      certificate: readBytes(r, SIGNATURE_LENGTH),
    };
  });
}

/** As MLS carries it. */
export function toMlsCredential(credential: MemberCredential): Credential {
  return { type: BASIC_CREDENTIAL, identity: encodeCredential(credential) };
}

// Every message names its author's, and to check the key in it costs as much as to check a signature. A tree's credentials are
// immutable; an entry goes when its credential goes.
const read = new WeakMap<Credential, MemberCredential>();

/** Of a leaf or of whoever sat there in an earlier epoch; undefined when it is not one of ours. */
export function fromMlsCredential(
  credential: Credential,
): MemberCredential | undefined {
  const known = read.get(credential);
  if (known !== undefined || !("identity" in credential)) return known;
  const decoded = decodeCredential(credential.identity);
  if (!decoded.ok) return undefined;
  read.set(credential, decoded.value);
  return decoded.value;
}

function certificateText(o: {
  readonly circleId: Uint8Array;
  readonly signatureKey: Uint8Array;
}): Uint8Array {
  return labeledBytes("certificate", o.circleId, o.signatureKey);
}
