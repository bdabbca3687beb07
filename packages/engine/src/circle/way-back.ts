/**
 * What a backup holds of a circle so that a new device can ask to be let in (docs/spec/repair.md, RP-30): where the stewards are
 * reached, and which device is to be replaced. Nothing in it is secret to the circle, and no key of the group is among it.
 */
import {
  decode,
  encode,
  equalBytes,
  readOptional,
  readU16,
  readU32,
  readU64,
  readVector,
  readVectorOf,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader } from "@halqa/bytes";
import type { CircleEnv } from "./circle.ts";
import { decodeCircleInfo, encodeCircleInfo } from "./circle-info.ts";
import {
  KEY_LENGTH,
  readKey,
  readName,
  readVersion,
  SIGNATURE_LENGTH,
  writeKey,
  writeName,
} from "./field.ts";
import { hasKey } from "./key-set.ts";
import { readDevice, writeDevice } from "./last-good.ts";
import type { LastGood } from "./last-good.ts";

const VERSION = 1;

/** Undefined where no device of a steward but this one is there to be asked. */
export function encodeWayBack(last: LastGood): Uint8Array | undefined {
  const { info } = last;
  const devices = last.devices.filter(({ memberKey }) =>
    hasKey(info.stewards, memberKey),
  );
  if (devices.length === 0) return undefined;
  // Open doors and what pictures are sealed with are the circle's, and nothing that asking needs.
  const bare = { ...info, invites: [], picture: undefined, charter: undefined };
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, encodeCircleInfo(bare));
    writeVector(w, last.groupId);
    writeU64(w, last.epoch);
    writeName(w, last.memberName);
    writeU32(w, last.leaf);
    writeU16(w, last.deviceNo);
    writeOptional(w, last.invitePub, writeKey);
    writeVectorOf(w, devices, writeDevice);
  });
}

/**
 * As what is left of a circle after a backup, of that circle and member; undefined for anything else. What a device has from its
 * leaf and epochs is made up: it proves nothing, so that a person decides.
 */
export function decodeWayBack(
  env: Pick<CircleEnv, "random">,
  o: {
    readonly bytes: Uint8Array;
    readonly circleId: Uint8Array;
    readonly memberKey: Uint8Array;
  },
): LastGood | undefined {
  const decoded = decode(o.bytes, readWayBack);
  if (!decoded.ok) return undefined;
  const { infoBytes, ...rest } = decoded.value;
  const info = decodeCircleInfo(infoBytes);
  if (!info.ok || !equalBytes(info.value.circleId, o.circleId))
    return undefined;
  return {
    ...rest,
    info: info.value,
    memberKey: o.memberKey,
    certificate: new Uint8Array(SIGNATURE_LENGTH),
    signatureSeed: env.random(KEY_LENGTH),
    repairKey: env.random(KEY_LENGTH),
    logSeed: env.random(KEY_LENGTH),
    sealingKeys: [],
    entriesRead: 0,
  };
}

function readWayBack(r: Reader) {
  readVersion(r, VERSION);
  return {
    infoBytes: readVector(r),
    groupId: readVector(r),
    epoch: readU64(r),
    memberName: readName(r),
    leaf: readU32(r),
    deviceNo: readU16(r),
    invitePub: readOptional(r, readKey),
    devices: readVectorOf(r, readDevice),
  };
}
