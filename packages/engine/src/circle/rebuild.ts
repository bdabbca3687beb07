/**
 * Building a circle anew (docs/spec/repair.md, RP-20 to RP-27): the same circle id, another group. Who builds it calls the others,
 * who answer with KeyPackages; whom to follow they know from the last epoch that they were in.
 */
import {
  concatBytes,
  decode,
  encode,
  equalBytes,
  readBytes,
  readU32,
  readU64,
  writeBytes,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  readVector,
} from "@halqa/bytes";
import {
  ed25519Sign,
  ed25519Verify,
  hmacSha256,
  sha256,
  verifyHmacSha256,
} from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import type { Circle, CircleEnv } from "./circle.ts";
import type { CircleInfo } from "./circle-info.ts";
import { labeledBytes } from "./derive-key.ts";
import {
  readKey,
  readVersion,
  SIGNATURE_LENGTH,
  writeFixed,
  writeKey,
} from "./field.ts";
import { beginGroup } from "./found.ts";
import { hasKey } from "./key-set.ts";
import type { DeviceAddress, LastGood } from "./last-good.ts";
import { MAX_CHANGES_BEFORE, MAX_INVITE_USES } from "./limits.ts";
import { createLeafAgain } from "./leaf-again.ts";
import { openPaddedBox, sealPaddedBox } from "./padded-box.ts";
import type { EpochProofKey } from "./repair-request.ts";
import { replaceSealingKey } from "./sealing-keys.ts";
import type { InboxAddress } from "./relay-record.ts";

/** That a circle is being built anew. */
export interface RebuildCall {
  /** Of the new group. */
  readonly groupId: Uint8Array;
  /** That the new leaves are to name: the new circle has recorded it. */
  readonly invitePub: Uint8Array;
  /** Of whoever calls, in the last good epoch of theirs. */
  readonly leaf: number;
  readonly groupBefore: Uint8Array;
  readonly epoch: bigint;
}

/** A call that was judged. */
export interface HeardCall extends RebuildCall {
  readonly caller: DeviceAddress;
  /** A steward of our last good epoch, who was in an epoch that we know: we follow without asking anybody. */
  readonly isTrusted: boolean;
}

const VERSION = 1;
const MAC_LENGTH = 32;

/** The first epoch of the circle in its new group, with whoever builds it as the only member. */
export function refoundCircle(
  env: CircleEnv,
  o: {
    readonly lastGood: LastGood;
    readonly identitySeed: Uint8Array;
    readonly inbox: InboxAddress;
    readonly invitePub: Uint8Array;
    readonly now: number;
  },
): Circle {
  const { lastGood, invitePub } = o;
  const leaf = createLeafAgain(env, {
    lastGood,
    identitySeed: o.identitySeed,
    inbox: o.inbox,
    invitePub: undefined,
    now: o.now,
  });
  const info = infoAfter(lastGood, { memberKey: leaf.memberKey, invitePub });
  const circle = beginGroup(env, { leaf, info });
  // Answers are sealed to the key that the others know.
  const sealingKeys = replaceSealingKey(
    lastGood.sealingKeys,
    leaf.sealingKey,
    o.now * 1_000,
  );
  return { ...circle, sealingKeys };
}

/** RP-21: what the circle agreed on stays, as far as it is not about people who are not in yet. */
function infoAfter(
  { info, devices }: LastGood,
  o: { readonly memberKey: Uint8Array; readonly invitePub: Uint8Array },
): CircleInfo {
  const { invitePub } = o;
  const maxUses = Math.min(Math.max(1, devices.length), MAX_INVITE_USES);
  return {
    ...info,
    stewards: [o.memberKey],
    readers: [],
    policyVersion: Math.min(info.policyVersion + 1, MAX_CHANGES_BEFORE),
    addressNumber: Math.min(info.addressNumber + 1, MAX_CHANGES_BEFORE),
    invites: [{ invitePub, maxUses, auto: undefined }],
  };
}

/** A call, signed by the leaf that its maker had and authenticated by the epoch that it was in. */
export function encodeCall(
  lastGood: LastGood,
  o: { readonly groupId: Uint8Array; readonly invitePub: Uint8Array },
): Uint8Array {
  const body = encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, o.groupId);
    writeKey(w, o.invitePub);
    writeU32(w, lastGood.leaf);
    writeVector(w, lastGood.groupId);
    writeU64(w, lastGood.epoch);
  });
  const text = callText(lastGood.info.circleId, body);
  return encode((w) => {
    writeBytes(w, body);
    writeFixed(w, ed25519Sign(lastGood.signatureSeed, text), SIGNATURE_LENGTH);
    writeFixed(w, hmacSha256(lastGood.repairKey, text), MAC_LENGTH);
  });
}

/** For one device; undefined when it names a key that is none. */
export function sealCall(
  env: CircleEnv,
  o: {
    readonly circleId: Uint8Array;
    readonly device: DeviceAddress;
    readonly bytes: Uint8Array;
  },
): Uint8Array | undefined {
  const box = sealPaddedBox({
    label: "rebuildBox",
    publicKey: o.device.sealingKey,
    aad: concatBytes(o.circleId, o.device.memberKey),
    plaintext: o.bytes,
    random: env.random,
  });
  return box.ok ? box.value : undefined;
}

/** What is in a box for one of our sealing keys. Any bytes may come. */
export function openCall(
  { info, memberKey, sealingKeys }: SealedTo,
  box: Uint8Array,
): Uint8Array | undefined {
  const aad = concatBytes(info.circleId, memberKey);
  for (const keyPair of sealingKeys) {
    const opened = openPaddedBox({ label: "rebuildBox", keyPair, aad, box });
    if (opened.ok) return opened.value;
  }
  return undefined;
}

interface SealedTo {
  readonly info: CircleInfo;
  readonly memberKey: Uint8Array;
  readonly sealingKeys: readonly KeyPair[];
}

/** RP-22: by our last good epoch; undefined for what no device of it signed. */
export function readCall(
  lastGood: LastGood,
  o: { readonly bytes: Uint8Array; readonly keys: readonly EpochProofKey[] },
): HeardCall | undefined {
  const decoded = decode(o.bytes, (r) => {
    const from = r.position;
    readVersion(r, VERSION);
    const call: RebuildCall = {
      groupId: readVector(r, 64),
      invitePub: readKey(r),
      leaf: readU32(r),
      groupBefore: readVector(r, 64),
      epoch: readU64(r),
    };
    const body = r.bytes.slice(from, r.position);
    const signature = readBytes(r, SIGNATURE_LENGTH);
    return { call, body, signature, mac: readBytes(r, MAC_LENGTH) };
  });
  if (!decoded.ok) return undefined;
  const { call, body, signature, mac } = decoded.value;
  const { circleId, stewards } = lastGood.info;
  const text = callText(circleId, body);
  const caller = lastGood.devices.find(({ leaf }) => leaf === call.leaf);
  if (caller === undefined) return undefined;
  if (!ed25519Verify(caller.signatureKey, text, signature)) return undefined;
  const isProven = o.keys.some(
    ({ groupId, epoch, key }) =>
      epoch === call.epoch &&
      equalBytes(groupId, call.groupBefore) &&
      verifyHmacSha256(key, text, mac),
  );
  const isTrusted = isProven && hasKey(stewards, caller.memberKey);
  return { ...call, caller, isTrusted };
}

function callText(circleId: Uint8Array, body: Uint8Array): Uint8Array {
  return labeledBytes("rebuildCall", circleId, sha256(body));
}
