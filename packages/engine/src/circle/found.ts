/** Founding a circle (docs/spec/circle.md, CI-10): its first epoch, which nobody publishes, and the address of its first log. */
import { assertInvariant } from "@halqa/bytes";
import { isName } from "@halqa/model";
import type { Circle, CircleEnv } from "./circle.ts";
import { exportLogSeed } from "./address.ts";
import { encodeCircleInfo, CIRCLE_EXTENSION } from "./circle-info.ts";
import type { CircleInfo } from "./circle-info.ts";
import { firstLog } from "./circle-log.ts";
import { epochKeyOf } from "./epoch-key.ts";
import { noFragments } from "./fragment-set.ts";
import { KEY_LENGTH } from "./field.ts";
import { CIRCLE_VERSION } from "./limits.ts";
import { createLeaf } from "./own-leaf.ts";
import type { NewLeaf } from "./own-leaf.ts";
import { createPolicy } from "./policy.ts";
import { isRelayUrl } from "./relay-record.ts";
import { nothingSent } from "./sent-count.ts";
import { firstSettings } from "./settings.ts";
import type { CircleKind } from "./settings.ts";
import type { RelayRecord } from "./relay-record.ts";

export interface FoundOptions {
  /** 32 bytes that stand for the person on this device. */
  readonly identitySeed: Uint8Array;
  readonly name: string;
  /** A circle where nothing is said. */
  readonly kind?: CircleKind;
  /** How the others see the founder in this circle. */
  readonly memberName: string;
  readonly relay: RelayRecord;
  /** Of the inbox that this device keeps for the circle at that relay. */
  readonly sendId: Uint8Array;
  /** Seconds since 1970. */
  readonly now: number;
}

/** A circle of one, its founder a steward. Names and the relay's address must be valid (`isName`, `isRelayUrl`). */
export function foundCircle(env: CircleEnv, o: FoundOptions): Circle {
  const { relay, sendId } = o;
  assertInvariant(
    isName(o.name) && isName(o.memberName) && isRelayUrl(relay.url),
    "names and addresses were checked",
  );
  const circleId = env.random(KEY_LENGTH);
  const leaf = createLeaf(env, {
    identitySeed: o.identitySeed,
    circleId,
    name: o.memberName,
    inbox: { relayPub: relay.relayPub, sendId },
    invitePub: undefined,
    now: o.now,
  });
  const info = firstInfo(o, { circleId, memberKey: leaf.memberKey });
  return beginGroup(env, { leaf, info });
}

/** A group of one in its first epoch, with the address of its first log. */
export function beginGroup(
  { mls, random }: CircleEnv,
  { leaf, info }: { readonly leaf: NewLeaf; readonly info: CircleInfo },
): Circle {
  const { circleId } = info;
  const [relay] = info.relays;
  assertInvariant(relay !== undefined, "a circle has a relay");
  const policy = createPolicy(mls, { circleId, log: undefined });
  const group = mls.createGroup(
    { suite: mls.suite3, random, policy },
    {
      groupId: random(KEY_LENGTH),
      ...leaf.options,
      extensions: [{ type: CIRCLE_EXTENSION, data: encodeCircleInfo(info) }],
    },
  );
  assertInvariant(group.ok, "a circle of our own making is valid");
  const { addressNumber } = info;
  const logSeed = exportLogSeed(mls, group.value, { circleId, addressNumber });
  const { relayPub } = relay;
  const address = { addressNumber, part: 0, relayPub, logSeed };
  return {
    mls: group.value,
    info,
    memberKey: leaf.memberKey,
    sealingKeys: [leaf.sealingKey],
    log: firstLog(address, circleId),
    epochKeys: [epochKeyOf(mls, group.value, info)],
    fragments: noFragments,
    sent: nothingSent,
    awaits: undefined,
  };
}

function firstInfo(
  { name, relay, kind = "circle" }: FoundOptions,
  o: { readonly circleId: Uint8Array; readonly memberKey: Uint8Array },
): CircleInfo {
  return {
    circleId: o.circleId,
    name,
    minVersion: CIRCLE_VERSION,
    policyVersion: 0,
    settings: firstSettings(kind),
    picture: undefined,
    charter: undefined,
    isClosed: false,
    stewards: [o.memberKey],
    readers: [],
    held: [],
    relays: [relay],
    relayTerm: 0,
    addressNumber: 0,
    invites: [],
  };
}
