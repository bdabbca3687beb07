/**
 * What is left of a circle that a device cannot follow any more (docs/spec/repair.md, RP-1): enough to ask to be let in again,
 * and no key that reads or writes anything that was or will be said.
 */
import {
  assertInvariant,
  decode,
  encode,
  ok,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU64,
  readVectorOf,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
  readVector,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import type { GroupState, MlsPort } from "../ports/mls.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { deriveKey } from "./derive-key.ts";
import {
  readCount,
  readKey,
  readName,
  readVersion,
  SIGNATURE_LENGTH,
  writeCount,
  writeFixed,
  writeKey,
  writeName,
} from "./field.ts";
import { decodeCircleInfo, encodeCircleInfo } from "./circle-info.ts";
import type { CircleInfo } from "./circle-info.ts";
import { hasKey } from "./key-set.ts";
import { factsOf } from "./leaf-facts.ts";
import { MAX_INBOXES, MAX_SEALING_KEYS } from "./limits.ts";
import { readInboxAddress, writeInboxAddress } from "./relay-record.ts";
import type { InboxAddress } from "./relay-record.ts";
import { relaysOf, termOf } from "./relay-term.ts";
import { isSteward, rosterOf } from "./roster.ts";
import { readSealingKey, writeSealingKey } from "./sealing-keys.ts";
import type { SealingKey } from "./sealing-keys.ts";

/** Where a device of the circle is reached. */
export interface DeviceAddress {
  readonly leaf: number;
  /** Of its member, as the leaf says. */
  readonly name: string;
  readonly memberKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly sealingKey: Uint8Array;
  readonly inboxes: readonly InboxAddress[];
}

export interface LastGood {
  /** `halqa_circle` as it was. */
  readonly info: CircleInfo;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly memberKey: Uint8Array;
  readonly memberName: string;
  readonly leaf: number;
  readonly deviceNo: number;
  /** Of the leaf's signature key: a device without the identity comes in again under the same key (docs/spec/linking.md, LK-41). */
  readonly certificate: Uint8Array;
  readonly invitePub: Uint8Array | undefined;
  /** Signs that the request is this leaf's. */
  readonly signatureSeed: Uint8Array;
  /** Shows that its maker was in the last good epoch. */
  readonly repairKey: Uint8Array;
  /** Of the last address: by it members write into each other's inboxes. */
  readonly logSeed: Uint8Array;
  /** Of our leaf, newest first: what members' devices write to this one is sealed to it. */
  readonly sealingKeys: readonly SealingKey[];
  /** Of stewards; where this device is a steward's, of all members, who are asked when the circle is built anew. */
  readonly devices: readonly DeviceAddress[];
  /** In all, so that what comes afterwards stands behind what came before. */
  readonly entriesRead: number;
}

/** Under it a request for repair is authenticated, for the epoch that the state is in. */
export function repairKeyOf(mls: MlsPort, state: GroupState): Uint8Array {
  const { context } = state;
  const epoch = encode((w) => writeU64(w, context.epoch));
  return deriveKey(mls.resumptionPsk(state), "repairKey", epoch);
}

/** What is kept when nothing more of the circle can be read. */
export function lastGoodOf(circle: Circle, env: CircleEnv): LastGood {
  const { mls } = env;
  const { info, log, memberKey } = circle;
  const { leafIndex, signatureSeed } = circle.mls.own;
  const node = mls.leafAt(circle.mls.tree, leafIndex);
  const own = node && factsOf(node);
  assertInvariant(own !== undefined, "our leaf is in the tree");
  const asSteward = isSteward(circle);
  return {
    // Where it is, also where no commit has written down a move.
    info: { ...info, relays: relaysOf(circle), relayTerm: termOf(circle) },
    groupId: circle.mls.context.groupId,
    epoch: circle.mls.context.epoch,
    memberKey,
    memberName: own.info.name,
    leaf: leafIndex,
    deviceNo: own.credential.deviceNo,
    certificate: own.credential.certificate,
    invitePub: own.info.invitePub,
    signatureSeed,
    repairKey: repairKeyOf(mls, circle.mls),
    logSeed: log.address.logSeed,
    sealingKeys: circle.sealingKeys,
    devices: devicesOf(circle, env).filter(
      ({ leaf, memberKey: key }) =>
        leaf !== leafIndex && (asSteward || hasKey(info.stewards, key)),
    ),
    entriesRead: log.entriesRead,
  };
}

/** All devices of the circle, as their leaves say where they are reached. */
export function devicesOf(
  circle: Circle,
  { mls }: CircleEnv,
): readonly DeviceAddress[] {
  const { tree } = circle.mls;
  return rosterOf(mls, tree).flatMap(({ leaf, credential, info }) => {
    const node = mls.leafAt(tree, leaf);
    if (node === undefined) return [];
    const { signatureKey } = node;
    const { memberKey } = credential;
    const { name, sealingKey, inboxes } = info;
    return [{ leaf, name, memberKey, signatureKey, sealingKey, inboxes }];
  });
}

const VERSION = 1;

export function encodeLastGood(last: LastGood): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, encodeCircleInfo(last.info));
    writeVector(w, last.groupId);
    writeU64(w, last.epoch);
    writeKey(w, last.memberKey);
    writeName(w, last.memberName);
    writeU32(w, last.leaf);
    writeU16(w, last.deviceNo);
    writeFixed(w, last.certificate, SIGNATURE_LENGTH);
    writeOptional(w, last.invitePub, writeKey);
    writeKey(w, last.signatureSeed);
    writeKey(w, last.repairKey);
    writeKey(w, last.logSeed);
    writeVectorOf(w, last.sealingKeys, writeSealingKey);
    writeVectorOf(w, last.devices, writeDevice);
    writeCount(w, last.entriesRead);
  });
}

export function decodeLastGood(
  bytes: Uint8Array,
): Result<LastGood, DecodeError> {
  const stored = decode(bytes, readStored);
  if (!stored.ok) return stored;
  const { infoBytes, ...rest } = stored.value;
  const info = decodeCircleInfo(infoBytes);
  return info.ok ? ok({ info: info.value, ...rest }) : info;
}

function readStored(r: Reader) {
  readVersion(r, VERSION);
  return {
    infoBytes: readVector(r),
    groupId: readVector(r),
    epoch: readU64(r),
    memberKey: readKey(r),
    memberName: readName(r),
    leaf: readU32(r),
    deviceNo: readU16(r),
    certificate: readBytes(r, SIGNATURE_LENGTH),
    invitePub: readOptional(r, readKey),
    signatureSeed: readKey(r),
    repairKey: readKey(r),
    logSeed: readKey(r),
    sealingKeys: readVectorOf(r, readSealingKey, MAX_SEALING_KEYS),
    devices: readVectorOf(r, readDevice),
    entriesRead: readCount(r),
  };
}

export function writeDevice(w: Writer, device: DeviceAddress): void {
  writeU32(w, device.leaf);
  writeName(w, device.name);
  writeKey(w, device.memberKey);
  writeKey(w, device.signatureKey);
  writeKey(w, device.sealingKey);
  writeVectorOf(w, device.inboxes, writeInboxAddress);
}

export function readDevice(r: Reader): DeviceAddress {
  return {
    leaf: readU32(r),
    name: readName(r),
    memberKey: readKey(r),
    signatureKey: readKey(r),
    sealingKey: readKey(r),
    inboxes: readVectorOf(r, readInboxAddress, MAX_INBOXES),
  };
}
