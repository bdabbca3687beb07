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
  readVector,
  readVectorOf,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
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
  MAX_INVITES,
  MAX_INVITE_USES,
  MAX_MEMBERS,
  MAX_RELAYS,
  MAX_SETTINGS_BYTES,
  MAX_STEWARDS,
} from "./limits.ts";
import { readRelayRecord, writeRelayRecord } from "./relay-record.ts";
import type { RelayRecord } from "./relay-record.ts";

/** Private use in the registry of MLS extensions (RFC 9420, 17.3). */
export const CIRCLE_EXTENSION = 0xf0a1;

export interface InviteRecord {
  readonly invitePub: Uint8Array;
  readonly maxUses: number;
  /** Reserved: false. */
  readonly auto: boolean;
}

export interface CircleInfo {
  readonly circleId: Uint8Array;
  readonly name: string;
  /** The version of this program that a member needs at least. */
  readonly minVersion: number;
  /** Counts the changes of who may do what. */
  readonly policyVersion: number;
  /** Reserved: empty. */
  readonly settings: Uint8Array;
  /** Member keys in increasing order, as in all lists of keys here. */
  readonly stewards: readonly Uint8Array[];
  /** Reserved: empty. */
  readonly readers: readonly Uint8Array[];
  /** Reserved: empty. */
  readonly held: readonly Uint8Array[];
  /** The first one orders. */
  readonly relays: readonly RelayRecord[];
  /** Reserved: 0. */
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
    writeVector(w, info.settings);
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
    settings: readVector(r, MAX_SETTINGS_BYTES),
    stewards: readKeySet(r, MAX_STEWARDS),
    readers: readKeySet(r, MAX_MEMBERS),
    held: readKeySet(r, MAX_MEMBERS),
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
    invites.every(({ invitePub }, index) => {
      const before = invites[index - 1];
      return (
        before === undefined || compareBytes(before.invitePub, invitePub) < 0
      );
    })
  );
}

function writeInvite(w: Writer, invite: InviteRecord): void {
  writeKey(w, invite.invitePub);
  writeU16(w, invite.maxUses);
  writeU8(w, invite.auto ? 1 : 0);
}

function readInvite(r: Reader): InviteRecord {
  const invitePub = readKey(r);
  const maxUses = readU16(r);
  const auto = readU8(r);
  const isValid = maxUses >= 1 && maxUses <= MAX_INVITE_USES && auto <= 1;
  if (!isValid) failReader(r, "invalid");
  return { invitePub, maxUses, auto: auto === 1 };
}
