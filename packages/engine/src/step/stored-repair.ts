/** What a device keeps about being let in again, its own way and that of others, as bytes. */
import {
  decode,
  encode,
  equalBytes,
  failReader,
  readOptional,
  readU32,
  readU64,
  readU8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { x25519PublicKey } from "@halqa/crypto";
import type { CircleEnv } from "../circle/circle.ts";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeKey,
} from "../circle/field.ts";
import { decodeLastGood, encodeLastGood } from "../circle/last-good.ts";
import { factsOf } from "../circle/leaf-facts.ts";
import { REPAIR_CAUSES } from "../circle/repair-request.ts";
import type { RepairCause } from "../circle/repair-request.ts";
import type {
  Rebuild,
  Repair,
  RepairAsk,
  RepairDesk,
  RepairKey,
  RepairMade,
  RepairRequestRecord,
} from "./repair-record.ts";
import { readText, writeText } from "./stored-desk.ts";

const VERSION = 1;

export function encodeRepair(env: CircleEnv, repair: Repair): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeU8(w, REPAIR_CAUSES.indexOf(repair.cause));
    writeVector(w, encodeLastGood(repair.lastGood));
    writeVectorOf(w, repair.asks, (inner, ask) => {
      writeOptional(inner, ask.groupId, writeVector);
      writeVector(inner, env.mls.encodeOwnKeyPackage(ask.own));
      writeKey(inner, ask.sealingKey.secretKey);
    });
    writeU8(w, repair.count);
    writeOptional(w, repair.welcome, writeVector);
    writeOptional(w, repair.delivery, writeText);
  });
}

export function decodeRepair(
  env: CircleEnv,
  bytes: Uint8Array,
): Result<Repair | undefined, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const cause = readCause(r);
    const lastGood = decodeLastGood(readVector(r));
    const asks = readVectorOf(r, (inner) => readAsk(env, inner));
    const rest = {
      count: readU8(r),
      welcome: readOptional(r, (inner) => readVector(inner)),
      delivery: readOptional(r, readText),
    };
    if (!lastGood.ok) {
      failReader(r, "invalid");
      return undefined;
    }
    const known = asks.filter((ask) => ask !== undefined);
    return { cause, lastGood: lastGood.value, asks: known, ...rest };
  });
}

function readCause(r: Reader): RepairCause {
  const cause = REPAIR_CAUSES[readU8(r)];
  if (cause === undefined) failReader(r, "invalid");
  return cause ?? "halted";
}

function readAsk({ mls }: CircleEnv, r: Reader): RepairAsk | undefined {
  const groupId = readOptional(r, (inner) => readVector(inner));
  const own = mls.decodeOwnKeyPackage(readVector(r));
  const secretKey = readKey(r);
  const publicKey =
    secretKey.length === 0 ? secretKey : x25519PublicKey(secretKey);
  const facts = own.ok ? factsOf(own.value.keyPackage.leafNode) : undefined;
  const isWhole =
    facts !== undefined && equalBytes(facts.info.sealingKey, publicKey);
  if (own.ok && isWhole)
    return { groupId, own: own.value, sealingKey: { publicKey, secretKey } };
  failReader(r, "invalid");
  return undefined;
}

export function encodeRebuild(rebuild: Rebuild): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, encodeLastGood(rebuild.lastGood));
    writeVector(w, rebuild.groupId);
    writeKey(w, rebuild.invitePub);
    writeU32(w, rebuild.leaf);
    writeU8(w, rebuild.isOwn ? 1 : 0);
    writeCount(w, rebuild.since);
    writeVectorOf(w, rebuild.answers, (inner, { id, memberKey, bytes }) => {
      writeKey(inner, id);
      writeKey(inner, memberKey);
      writeVector(inner, bytes);
    });
  });
}

export function decodeRebuild(
  bytes: Uint8Array,
): Result<Rebuild | undefined, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const lastGood = decodeLastGood(readVector(r));
    const rest = {
      groupId: readVector(r),
      invitePub: readKey(r),
      leaf: readU32(r),
      isOwn: readU8(r) === 1,
      since: readCount(r),
      answers: readVectorOf(r, (inner) => ({
        id: readKey(inner),
        memberKey: readKey(inner),
        bytes: readVector(inner),
      })),
    };
    if (lastGood.ok) return { lastGood: lastGood.value, ...rest };
    failReader(r, "invalid");
    return undefined;
  });
}

export function encodeRepairDesk(desk: RepairDesk): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, desk.keys, writeRepairKey);
    writeVectorOf(w, desk.requests, writeRequest);
    writeVectorOf(w, desk.made, writeMade);
  });
}

export function decodeRepairDesk(
  bytes: Uint8Array,
): Result<RepairDesk, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return {
      keys: readVectorOf(r, readRepairKey),
      requests: readVectorOf(r, readRequest),
      made: readVectorOf(r, readMade),
    };
  });
}

function writeRepairKey(w: Writer, key: RepairKey): void {
  writeVector(w, key.groupId);
  writeU64(w, key.epoch);
  writeKey(w, key.key);
  writeCount(w, key.since);
}

function readRepairKey(r: Reader): RepairKey {
  return {
    groupId: readVector(r),
    epoch: readU64(r),
    key: readKey(r),
    since: readCount(r),
  };
}

const STATES = ["asking", "approving"] as const;

function writeRequest(w: Writer, request: RepairRequestRecord): void {
  writeKey(w, request.id);
  writeKey(w, request.memberKey);
  writeText(w, request.name);
  writeU8(w, REPAIR_CAUSES.indexOf(request.cause));
  writeVector(w, request.bytes);
  writeU8(w, STATES.indexOf(request.state));
}

function readRequest(r: Reader): RepairRequestRecord {
  const request = {
    id: readKey(r),
    memberKey: readKey(r),
    name: readText(r),
    cause: readCause(r),
    bytes: readVector(r),
  };
  const state = STATES[readU8(r)];
  if (state === undefined) failReader(r, "invalid");
  return { ...request, state: state ?? "asking" };
}

function writeMade(w: Writer, made: RepairMade): void {
  writeKey(w, made.memberKey);
  writeU64(w, made.epoch);
  writeCount(w, made.at);
}

function readMade(r: Reader): RepairMade {
  return {
    memberKey: readKey(r),
    epoch: readU64(r),
    at: readCount(r),
  };
}
