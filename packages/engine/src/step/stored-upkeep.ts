/** What a device has to renew, what it proposed, and petitions for a steward, as bytes. */
import {
  decode,
  encode,
  encodeUtf8,
  failReader,
  readBytes,
  readOptional,
  readU32,
  readU64,
  readU8,
  readUtf8,
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
import {
  readCount,
  readKey,
  readVersion,
  SIGNATURE_LENGTH,
  writeCount,
  writeFixed,
  writeKey,
} from "../circle/field.ts";
import type {
  Ended,
  Petition,
  PetitionApproval,
  Proposed,
  Upkeep,
} from "./durable.ts";

const VERSION = 1;

export function writeUpkeep(w: Writer, upkeep: Upkeep): void {
  writeCount(w, upkeep.rotateAt);
  writeCount(w, upkeep.renewAt);
  writeCount(w, upkeep.restUntil);
}

export function readUpkeep(r: Reader): Upkeep {
  return {
    rotateAt: readCount(r),
    renewAt: readCount(r),
    restUntil: readCount(r),
  };
}

export function writeEnded(w: Writer, { how, by, at }: Ended): void {
  writeU8(w, how === "left" ? 0 : 1);
  writeOptional(w, by, (inner, { memberKey, name }) => {
    writeKey(inner, memberKey);
    writeVector(inner, encodeUtf8(name));
  });
  writeCount(w, at);
}

export function readEnded(r: Reader): Ended {
  const how = readU8(r) === 0 ? "left" : "removed";
  const by = readOptional(r, (inner) => ({
    memberKey: readKey(inner),
    name: readUtf8(inner),
  }));
  return { how, by, at: readCount(r) };
}

const WHAT = ["leave", "renew", "drop"] as const;

export function encodeProposed(proposed: Proposed): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeU8(w, WHAT.indexOf(proposed.what));
    writeKey(w, proposed.entryId);
    writeVector(w, proposed.body);
    writeU64(w, proposed.epoch);
    writeKey(w, proposed.logId);
    writeU8(w, proposed.isSeen ? 1 : 0);
  });
}

export function decodeProposed(
  bytes: Uint8Array,
): Result<Proposed, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const what = WHAT[readU8(r)];
    if (what === undefined) failReader(r, "invalid");
    return {
      what: what ?? "renew",
      entryId: readKey(r),
      body: readVector(r),
      epoch: readU64(r),
      logId: readKey(r),
      isSeen: readU8(r) === 1,
    };
  });
}

export function encodePetitions(petitions: readonly Petition[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, petitions, writePetition);
  });
}

export function decodePetitions(
  bytes: Uint8Array,
): Result<readonly Petition[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, readPetition);
  });
}

function writePetition(w: Writer, petition: Petition): void {
  writeKey(w, petition.memberKey);
  writeU32(w, petition.policyVersion);
  writeKey(w, petition.by);
  writeVectorOf(w, petition.approvals, writeApproval);
}

function readPetition(r: Reader): Petition {
  return {
    memberKey: readKey(r),
    policyVersion: readU32(r),
    by: readKey(r),
    approvals: readVectorOf(r, readApproval),
  };
}

function writeApproval(w: Writer, approval: PetitionApproval): void {
  writeKey(w, approval.memberKey);
  writeU32(w, approval.leaf);
  writeFixed(w, approval.signature, SIGNATURE_LENGTH);
}

function readApproval(r: Reader): PetitionApproval {
  return {
    memberKey: readKey(r),
    leaf: readU32(r),
    signature: readBytes(r, SIGNATURE_LENGTH),
  };
}
