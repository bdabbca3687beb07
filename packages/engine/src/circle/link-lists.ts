/**
 * What the messages of two devices that link hold (docs/spec/linking.md, LK-20 to LK-23): circles, keys for them, certificates and
 * KeyPackages, at most sixteen of each, so that every list fits one box.
 */
import {
  decode,
  encode,
  encodeUtf8,
  failReader,
  hasFailed,
  readBytes,
  readU16,
  readUtf8,
  readVector,
  readVectorOf,
  writeU16,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { isEd25519PublicKey } from "@halqa/crypto";
import { isName, MAX_NAME_BYTES } from "@halqa/model";
import {
  readKey,
  readName,
  readVersion,
  SIGNATURE_LENGTH,
  writeFixed,
  writeKey,
  writeName,
} from "./field.ts";
import { MAX_KEY_PACKAGE_BYTES, MAX_RELAYS } from "./limits.ts";
import { readRelayRecord, writeRelayRecord } from "./relay-record.ts";
import type { RelayRecord } from "./relay-record.ts";

/** Circles of one message. With more their KeyPackages would leave the box. */
export const LINK_LIST = 16;

/** A circle that the new device can come into. */
export interface ListedCircle {
  readonly circleId: Uint8Array;
  readonly name: string;
  readonly memberKey: Uint8Array;
  /** What the person is called there. */
  readonly memberName: string;
  /** Of the new device. */
  readonly deviceNo: number;
  /** The first one keeps the new device's inbox. */
  readonly relays: readonly RelayRecord[];
}

export interface CircleList {
  /** What the person is called on this device; empty for nothing. */
  readonly profile: string;
  readonly circles: readonly ListedCircle[];
}

/** One thing for each of some circles. */
export interface OfCircle {
  readonly circleId: Uint8Array;
  readonly value: Uint8Array;
}

const VERSION = 1;

export function encodeCircleList(list: CircleList): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, encodeUtf8(list.profile));
    writeVectorOf(w, list.circles, writeListed);
  });
}

/** Undefined for anything else. Any bytes may come. */
export function decodeCircleList(bytes: Uint8Array): CircleList | undefined {
  const decoded = decode(bytes, (r) => {
    readVersion(r, VERSION);
    const profile = readUtf8(r, MAX_NAME_BYTES);
    if (profile !== "" && !isName(profile)) failReader(r, "invalid");
    return { profile, circles: readVectorOf(r, readListed, LINK_LIST) };
  });
  return decoded.ok ? decoded.value : undefined;
}

/** Public keys, certificates or KeyPackages. */
export type LinkValues = "keys" | "certificates" | "requests";

export function encodeOfCircles(
  what: LinkValues,
  list: readonly OfCircle[],
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, list, (inner, one) => writeOne(inner, what, one));
  });
}

/** Undefined for anything else. Any bytes may come. */
export function decodeOfCircles(
  what: LinkValues,
  bytes: Uint8Array,
): readonly OfCircle[] | undefined {
  const decoded = decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, (inner) => readOne(inner, what), LINK_LIST);
  });
  return decoded.ok ? decoded.value : undefined;
}

function writeOne(w: Writer, what: LinkValues, one: OfCircle): void {
  writeKey(w, one.circleId);
  if (what === "keys") writeKey(w, one.value);
  else if (what === "certificates") writeFixed(w, one.value, SIGNATURE_LENGTH);
  else writeVector(w, one.value);
}

function readOne(r: Reader, what: LinkValues): OfCircle {
  const circleId = readKey(r);
  if (what === "certificates")
    return { circleId, value: readBytes(r, SIGNATURE_LENGTH) };
  if (what === "requests")
    return { circleId, value: readVector(r, MAX_KEY_PACKAGE_BYTES) };
  const value = readKey(r);
  if (!hasFailed(r) && !isEd25519PublicKey(value)) failReader(r, "invalid");
  return { circleId, value };
}

export function writeListed(w: Writer, one: ListedCircle): void {
  writeKey(w, one.circleId);
  writeName(w, one.name);
  writeKey(w, one.memberKey);
  writeName(w, one.memberName);
  writeU16(w, one.deviceNo);
  writeVectorOf(w, one.relays, writeRelayRecord);
}

export function readListed(r: Reader): ListedCircle {
  const circleId = readKey(r);
  const name = readName(r);
  const memberKey = readKey(r);
  if (!hasFailed(r) && !isEd25519PublicKey(memberKey)) failReader(r, "invalid");
  const memberName = readName(r);
  const deviceNo = readU16(r);
  const relays = readVectorOf(r, readRelayRecord, MAX_RELAYS);
  if (relays.length === 0) failReader(r, "invalid");
  return { circleId, name, memberKey, memberName, deviceNo, relays };
}
