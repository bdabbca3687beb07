/**
 * `halqa_circle`, the GroupContext extension: what all members of an epoch agree on beside the tree (docs/spec/circle.md,
 * CI-2). It changes only by commits, and V says how (check-change.ts).
 */
import {
  compareBytes,
  decode,
  encode,
  failReader,
  hasFailed,
  readU16,
  readU32,
  readU8,
  readOptional,
  readVectorOf,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readBlobReference, writeBlobReference } from "./blob-reference.ts";
import type { BlobReference } from "./blob-reference.ts";
import {
  readKey,
  readKeySet,
  readName,
  readVersion,
  writeKey,
  writeKeySet,
  writeName,
} from "./field.ts";
import {
  readInvite as readInviteSecret,
  writeInvite as writeInviteSecret,
} from "./invite-secret.ts";
import type { Invite } from "./invite-secret.ts";
import {
  MAX_INVITES,
  MAX_INVITE_USES,
  MAX_LISTED_MEMBERS,
  MAX_RELAYS,
  MAX_STEWARDS,
} from "./limits.ts";
import { readRelayRecord, writeRelayRecord } from "./relay-record.ts";
import type { RelayRecord } from "./relay-record.ts";
import { readSettings, writeSettings } from "./settings.ts";
import type { CircleSettings } from "./settings.ts";

/** Private use in the registry of MLS extensions (RFC 9420, 17.3). */
export const CIRCLE_EXTENSION = 0xf0a1;

export interface InviteRecord {
  readonly invitePub: Uint8Array;
  readonly maxUses: number;
  /** By one that has it any member lets people in, so its secret is the circle's; undefined: stewards decide. */
  readonly auto: Invite | undefined;
}

export interface CircleInfo {
  readonly circleId: Uint8Array;
  readonly name: string;
  /** The version of this program that a member needs at least. */
  readonly minVersion: number;
  /** Counts the changes of who may do what. */
  readonly policyVersion: number;
  readonly settings: CircleSettings;
  readonly picture: BlobReference | undefined;
  /** What the circle is for and how it does things. */
  readonly charter: BlobReference | undefined;
  /** Nothing counts any more: the commit that closed it was its last entry. */
  readonly isClosed: boolean;
  /** Member keys in increasing order, as in all lists of keys here. */
  readonly stewards: readonly Uint8Array[];
  /** Members whose contents do not count. */
  readonly readers: readonly Uint8Array[];
  /** Who was removed and stays known: they come back only when a steward lets them. */
  readonly held: readonly Uint8Array[];
  /** The first one orders. */
  readonly relays: readonly RelayRecord[];
  /** Counts how often another relay came to order. */
  readonly relayTerm: number;
  readonly addressNumber: number;
  readonly invites: readonly InviteRecord[];
}

const VERSION = 1;

export function encodeCircleInfo(info: CircleInfo): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeKey(w, info.circleId);
    writeName(w, info.name);
    writeU16(w, info.minVersion);
    writeU32(w, info.policyVersion);
    writeSettings(w, info.settings);
    writeOptional(w, info.picture, writeBlobReference);
    writeOptional(w, info.charter, writeBlobReference);
    writeU8(w, info.isClosed ? 1 : 0);
    writeKeySet(w, info.stewards);
    writeKeySet(w, info.readers);
    writeKeySet(w, info.held);
    writeVectorOf(w, info.relays, writeRelayRecord);
    writeU32(w, info.relayTerm);
    writeU32(w, info.addressNumber);
    writeVectorOf(w, info.invites, writeInvite);
  });
}

export function decodeCircleInfo(
  bytes: Uint8Array,
): Result<CircleInfo, DecodeError> {
  return decode(bytes, readCircleInfo);
}

function readCircleInfo(r: Reader): CircleInfo {
  readVersion(r, VERSION);
  const info = {
    circleId: readKey(r),
    name: readName(r),
    minVersion: readU16(r),
    policyVersion: readU32(r),
    settings: readSettings(r),
    picture: readOptional(r, readBlobReference),
    charter: readOptional(r, readBlobReference),
    isClosed: readFlag(r),
    stewards: readKeySet(r, MAX_STEWARDS),
    readers: readKeySet(r, MAX_LISTED_MEMBERS),
    held: readKeySet(r, MAX_LISTED_MEMBERS),
    relays: readVectorOf(r, readRelayRecord, MAX_RELAYS),
    relayTerm: readU32(r),
    addressNumber: readU32(r),
    invites: readVectorOf(r, readInvite, MAX_INVITES),
  };
  if (!hasFailed(r) && !isWhole(info)) failReader(r, "invalid");
  return info;
}

/** A circle has somebody who may act, somewhere to write, and invites in one order. */
function isWhole({ stewards, relays, invites }: CircleInfo): boolean {
  return (
    stewards.length > 0 &&
    relays.length > 0 &&
    areDifferent(relays) &&
    invites.every(({ invitePub }, index) => {
      const before = invites[index - 1];
      return (
        before === undefined || compareBytes(before.invitePub, invitePub) < 0
      );
    })
  );
}

/** A relay is its key: two addresses of one would be one mirror that counts twice. */
function areDifferent(relays: readonly RelayRecord[]): boolean {
  return relays.every(
    ({ relayPub }, index) =>
      !relays
        .slice(0, index)
        .some((before) => compareBytes(before.relayPub, relayPub) === 0),
  );
}

function readFlag(r: Reader): boolean {
  const flag = readU8(r);
  if (flag > 1) failReader(r, "invalid");
  return flag === 1;
}

function writeInvite(w: Writer, invite: InviteRecord): void {
  writeKey(w, invite.invitePub);
  writeU16(w, invite.maxUses);
  writeOptional(w, invite.auto, writeInviteSecret);
}

function readInvite(r: Reader): InviteRecord {
  const invitePub = readKey(r);
  const maxUses = readU16(r);
  const auto = readOptional(r, readInviteSecret);
  const isValid = maxUses >= 1 && maxUses <= MAX_INVITE_USES;
  if (!isValid) failReader(r, "invalid");
  return { invitePub, maxUses, auto };
}
