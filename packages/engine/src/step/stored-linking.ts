/** A session in which two devices link, and a circle that a linked device comes into, as bytes. */
import {
  decode,
  encode,
  failReader,
  readOptional,
  readU16,
  readU32,
  readU8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readKeyPair, writeKeyPair } from "../circle/circle-field.ts";
import type { CircleEnv } from "../circle/circle.ts";
import { decodeDeviceLink, encodeDeviceLink } from "../circle/device-link.ts";
import type { DeviceLink } from "../circle/device-link.ts";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeKey,
} from "../circle/field.ts";
import { readListed, writeListed } from "../circle/link-lists.ts";
import { decodeEntering, encodeEntering } from "../circle/linked-join.ts";
import type { EnteringRecord } from "./durable.ts";
import type { Delivery } from "./mail.ts";
import type {
  ComingCircle,
  EndedLinking,
  ExistingDevice,
  GivenCircle,
  LinkEnd,
  Linking,
  NewDevice,
} from "./linking-record.ts";
import { decodeDelivery, encodeDelivery } from "./stored-acts.ts";
import { readInbox, readText, writeInbox, writeText } from "./stored-desk.ts";

const VERSION = 1;

const ENDS: readonly LinkEnd[] = ["done", "cancelled", "expired", "failed"];

const ENDED = 0;
const NEW = 1;
const EXISTING = 2;

export function encodeLinking(linking: Linking): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    if ("end" in linking) writeEnded(w, linking);
    else if (linking.role === "new") writeNew(w, linking);
    else writeExisting(w, linking);
  });
}

export function decodeLinking(bytes: Uint8Array): Result<Linking, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const what = readU8(r);
    if (what === NEW) return readNew(r);
    if (what === EXISTING) return readExisting(r);
    if (what !== ENDED) failReader(r, "invalid");
    return readEnded(r);
  });
}

function writeEnded(w: Writer, linking: EndedLinking): void {
  writeU8(w, ENDED);
  writeU8(w, linking.role === "new" ? 1 : 0);
  writeU8(w, ENDS.indexOf(linking.end));
  writeU32(w, linking.count);
  writeVectorOf(w, linking.out, writeDelivery);
}

function readEnded(r: Reader): EndedLinking {
  const role = readU8(r) === 1 ? "new" : "existing";
  const end = ENDS[readU8(r)];
  if (end === undefined) failReader(r, "invalid");
  const count = readU32(r);
  return { role, end: end ?? "failed", count, out: readOut(r) };
}

type Session = Omit<NewDevice, "role" | "peer" | "coming" | "count">;

function writeSession(w: Writer, session: Session): void {
  writeText(w, encodeDeviceLink(session.link));
  writeInbox(w, session.inbox);
  writeKeyPair(w, session.sealing);
  writeKey(w, session.nonce);
  writeOptional(w, session.peerNonce, writeKey);
  writeU8(w, session.isConfirmed ? 1 : 0);
  writeU32(w, session.sent);
  writeU32(w, session.taken);
  writeVectorOf(w, session.out, writeDelivery);
  writeCount(w, session.until);
}

function readSession(r: Reader): Session {
  return {
    link: readLink(r),
    inbox: readInbox(r),
    sealing: readKeyPair(r),
    nonce: readKey(r),
    peerNonce: readOptional(r, readKey),
    isConfirmed: readU8(r) === 1,
    sent: readU32(r),
    taken: readU32(r),
    out: readOut(r),
    until: readCount(r),
  };
}

const noLink: DeviceLink = {
  relay: { url: "", relayPub: new Uint8Array(), access: undefined },
  sendId: new Uint8Array(),
  sealingKey: new Uint8Array(),
  commitment: new Uint8Array(),
  untilMinute: 0,
};

function readLink(r: Reader): DeviceLink {
  const link = decodeDeviceLink(readText(r));
  if (link.ok) return link.value;
  failReader(r, "invalid");
  return noLink;
}

function writeNew(w: Writer, linking: NewDevice): void {
  writeU8(w, NEW);
  writeSession(w, linking);
  writeOptional(w, linking.peer, (inner, { sendId, sealingKey }) => {
    writeKey(inner, sendId);
    writeKey(inner, sealingKey);
  });
  writeVectorOf(w, linking.coming, writeComing);
  writeU32(w, linking.count);
}

function readNew(r: Reader): NewDevice {
  return {
    role: "new",
    ...readSession(r),
    peer: readOptional(r, (inner) => ({
      sendId: readKey(inner),
      sealingKey: readKey(inner),
    })),
    coming: readVectorOf(r, readComing),
    count: readU32(r),
  };
}

function writeComing(w: Writer, one: ComingCircle): void {
  writeListed(w, one.listed);
  writeKey(w, one.signatureSeed);
  writeInbox(w, one.inbox);
}

function readComing(r: Reader): ComingCircle {
  return {
    listed: readListed(r),
    signatureSeed: readKey(r),
    inbox: readInbox(r),
  };
}

function writeExisting(w: Writer, linking: ExistingDevice): void {
  writeU8(w, EXISTING);
  writeSession(w, linking);
  writeU8(w, linking.isPeerReady ? 1 : 0);
  writeU16(w, linking.deviceNo);
  writeVectorOf(w, linking.todo, writeText);
  writeVectorOf(w, linking.listed, writeGiven);
  writeU8(w, linking.isCertified ? 1 : 0);
  writeU32(w, linking.count);
}

function readExisting(r: Reader): ExistingDevice {
  return {
    role: "existing",
    ...readSession(r),
    isPeerReady: readU8(r) === 1,
    deviceNo: readU16(r),
    todo: readVectorOf(r, readText),
    listed: readVectorOf(r, readGiven),
    isCertified: readU8(r) === 1,
    count: readU32(r),
  };
}

function writeGiven(w: Writer, one: GivenCircle): void {
  writeText(w, one.circle);
  writeOptional(w, one.signatureKey, writeKey);
}

function readGiven(r: Reader): GivenCircle {
  return { circle: readText(r), signatureKey: readOptional(r, readKey) };
}

function writeDelivery(w: Writer, delivery: Delivery): void {
  writeVector(w, encodeDelivery(delivery));
}

function readOut(r: Reader): readonly Delivery[] {
  return readVectorOf(r, (inner) => {
    const delivery = decodeDelivery(readVector(inner));
    if (delivery.ok) return [delivery.value];
    failReader(inner, "invalid");
    return [];
  }).flat();
}

export function encodeEnteringRecord(
  env: CircleEnv,
  record: EnteringRecord,
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, encodeEntering(env, record.entering));
    writeOptional(w, record.welcome, writeVector);
  });
}

export function decodeEnteringRecord(
  env: CircleEnv,
  bytes: Uint8Array,
): Result<EnteringRecord | undefined, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const entering = decodeEntering(env, readVector(r));
    const welcome = readOptional(r, (inner) => readVector(inner));
    if (entering.ok) return { entering: entering.value, welcome };
    failReader(r, "invalid");
    return undefined;
  });
}
