/** The root and the desks of circles as bytes. What the store gives back was written here: anything else is a bug or a newer version. */
import {
  decode,
  encode,
  encodeUtf8,
  failReader,
  readOptional,
  readU8,
  readUtf8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { decodeSummary, emptySummary, encodeSummary } from "@halqa/model";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeKey,
} from "../circle/field.ts";
import { readRelayRecord, writeRelayRecord } from "../circle/relay-record.ts";
import { createInboxOwner } from "./inbox-owner.ts";
import type { Desk, OwnInbox, Place, Root, StoredAlarm } from "./durable.ts";

const VERSION = 1;

export function encodeRoot(root: Root): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeKey(w, root.identitySeed);
    writeOptional(w, root.profile?.name, writeText);
    writeVectorOf(w, root.homes, writeRelayRecord);
    writeVectorOf(w, root.circles, writeText);
    writeVectorOf(w, root.erasing, (inner, { circle, items }) => {
      writeText(inner, circle);
      writeCount(inner, items);
    });
  });
}

export function decodeRoot(bytes: Uint8Array): Result<Root, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const identitySeed = readKey(r);
    const name = readOptional(r, readUtf8);
    return {
      identitySeed,
      profile: name === undefined ? undefined : { name },
      homes: readVectorOf(r, readRelayRecord),
      circles: readVectorOf(r, readText),
      erasing: readVectorOf(r, (inner) => ({
        circle: readText(inner),
        items: readCount(inner),
      })),
    };
  });
}

const PLACES: readonly Place[] = [
  "founding",
  "waiting",
  "joining",
  "in",
  "declined",
  "removed",
  "halted",
];

export function encodeDesk(desk: Desk): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeU8(w, PLACES.indexOf(desk.place));
    writeText(w, desk.name);
    writeKey(w, desk.memberKey);
    writeCount(w, desk.since);
    writeVector(w, encodeSummary(desk.summary));
    writeCount(w, desk.readBefore);
    writeVectorOf(w, desk.alarms, writeAlarm);
    writeInbox(w, desk.inbox);
  });
}

export function decodeDesk(bytes: Uint8Array): Result<Desk, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const place = PLACES[readU8(r)];
    if (place === undefined) failReader(r, "invalid");
    return {
      place: place ?? "halted",
      name: readUtf8(r),
      memberKey: readKey(r),
      since: readCount(r),
      summary: readSummary(r),
      readBefore: readCount(r),
      alarms: readVectorOf(r, readAlarm),
      inbox: readInbox(r),
    };
  });
}

function readSummary(r: Reader): Desk["summary"] {
  const summary = decodeSummary(readVector(r));
  if (summary.ok) return summary.value;
  failReader(r, "invalid");
  return emptySummary;
}

const ALARMS = ["fork", "rollback", "halted"] as const;

function writeAlarm(w: Writer, alarm: StoredAlarm): void {
  writeU8(w, ALARMS.indexOf(alarm.kind));
  if (alarm.kind === "halted") writeText(w, alarm.reason);
  else {
    writeCount(w, alarm.at);
    writeU8(w, alarm.isProven ? 1 : 0);
  }
}

function readAlarm(r: Reader): StoredAlarm {
  const kind = ALARMS[readU8(r)];
  if (kind === "fork" || kind === "rollback")
    return { kind, at: readCount(r), isProven: readU8(r) === 1 };
  if (kind === undefined) failReader(r, "invalid");
  return { kind: "halted", reason: readUtf8(r) };
}

function writeInbox(w: Writer, inbox: OwnInbox): void {
  writeRelayRecord(w, inbox.relay);
  writeKey(w, inbox.owner.seed);
  writeKey(w, inbox.sendId);
}

function readInbox(r: Reader): OwnInbox {
  return {
    relay: readRelayRecord(r),
    owner: createInboxOwner(readKey(r)),
    sendId: readKey(r),
  };
}

export function writeText(w: Writer, text: string): void {
  writeVector(w, encodeUtf8(text));
}

export function readText(r: Reader): string {
  return readUtf8(r);
}
