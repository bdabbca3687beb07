/** The root and the desks of circles as bytes. What the store gives back was written here: anything else is a bug or a newer version. */
import {
  decode,
  encode,
  encodeUtf8,
  failReader,
  readOptional,
  readU32,
  readU8,
  readUtf8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU32,
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
import { readSearchState, writeSearchState } from "./search/search-state.ts";
import { createInboxOwner } from "./inbox-owner.ts";
import {
  readEnded,
  readUpkeep,
  writeEnded,
  writeUpkeep,
} from "./stored-upkeep.ts";
import type {
  Desk,
  ExpiringHours,
  Place,
  Root,
  StoredAlarm,
} from "./durable.ts";
import type { OwnInbox } from "./mail.ts";

const VERSION = 1;

export function encodeRoot(root: Root): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeKey(w, root.identitySeed);
    writeOptional(w, root.profile?.name, writeText);
    writeVectorOf(w, root.homes, writeRelayRecord);
    writeOptional(w, root.home, writeText);
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
      home: readOptional(r, readText),
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
  "restored",
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
    writeVectorOf(w, desk.acknowledged, writeText);
    writeInbox(w, desk.inbox);
    writeSearchState(w, desk.search);
    writeOptional(w, desk.expiring, writeHours);
    writeUpkeep(w, desk.upkeep);
    writeOptional(w, desk.ended, writeEnded);
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
      acknowledged: readVectorOf(r, readText),
      inbox: readInbox(r),
      search: readSearchState(r),
      expiring: readOptional(r, readHours),
      upkeep: readUpkeep(r),
      ended: readOptional(r, readEnded),
    };
  });
}

function writeHours(w: Writer, { from, to }: ExpiringHours): void {
  writeU32(w, from);
  writeU32(w, to);
}

function readHours(r: Reader): ExpiringHours {
  return { from: readU32(r), to: readU32(r) };
}

function readSummary(r: Reader): Desk["summary"] {
  const summary = decodeSummary(readVector(r));
  if (summary.ok) return summary.value;
  failReader(r, "invalid");
  return emptySummary;
}

const ALARMS = [
  "fork",
  "rollback",
  "halted",
  "gone",
  "clone",
  "unconfirmed",
  "left-behind",
] as const;

function writeAlarm(w: Writer, alarm: StoredAlarm): void {
  writeU8(w, ALARMS.indexOf(alarm.kind));
  if (alarm.kind === "halted") {
    writeText(w, alarm.reason);
    return;
  }
  writeCount(w, alarm.at);
  if (!("isProven" in alarm)) return;
  writeU8(w, alarm.isProven ? 1 : 0);
  writeOptional(w, alarm.relayPub, writeKey);
}

function readAlarm(r: Reader): StoredAlarm {
  const kind = ALARMS[readU8(r)];
  switch (kind) {
    case "fork":
    case "rollback": {
      const at = readCount(r);
      const isProven = readU8(r) === 1;
      return { kind, at, isProven, relayPub: readOptional(r, readKey) };
    }
    case "gone":
    case "clone":
    case "unconfirmed":
    case "left-behind":
      return { kind, at: readCount(r) };
    case "halted":
    case undefined:
      break;
  }
  if (kind === undefined) failReader(r, "invalid");
  return { kind: "halted", reason: readUtf8(r) };
}

export function writeInbox(w: Writer, inbox: OwnInbox): void {
  writeRelayRecord(w, inbox.relay);
  writeKey(w, inbox.owner.seed);
  writeKey(w, inbox.sendId);
}

export function readInbox(r: Reader): OwnInbox {
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
