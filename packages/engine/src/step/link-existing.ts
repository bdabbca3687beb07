/**
 * The part of the device that is there already (docs/spec/linking.md, LK-20 to LK-25): it lists circles, certifies keys, and leaves a
 * wish in each circle to take the new device in. The identity itself never leaves it.
 */
import {
  assertInvariant,
  decodeBase64url,
  encodeBase64url,
  equalBytes,
} from "@halqa/bytes";
import type { CircleEnv } from "../circle/circle.ts";
import type { Circle } from "../circle/circle.ts";
import {
  certifyDevice,
  hasAuthority,
  memberSeedOf,
} from "../circle/credential.ts";
import { MAX_LEAVES_OF_MEMBER } from "../circle/limits.ts";
import type { LinkMessage } from "../circle/link-box.ts";
import {
  decodeOfCircles,
  encodeCircleList,
  encodeOfCircles,
  LINK_LIST,
} from "../circle/link-lists.ts";
import type { ListedCircle, OfCircle } from "../circle/link-lists.ts";
import { leavesOf, rosterOf } from "../circle/roster.ts";
import type { RosterLeaf } from "../circle/roster.ts";
import { putCircle } from "./circle-record.ts";
import type { CircleRecord, Durable, Root } from "./durable.ts";
import { addIntent } from "./intents.ts";
import type { JobContext } from "./job-context.ts";
import { MAX_INTENTS } from "./limits.ts";
import { endOf, say } from "./link-session.ts";
import type { ExistingDevice, GivenCircle } from "./linking-record.ts";
import { none } from "./writes.ts";

const LAST_DEVICE = 0xffff;

/** The state after a message of the new device; undefined for one that may not come now. */
export function takeAsExisting(
  context: JobContext,
  session: ExistingDevice,
  { kind, body }: LinkMessage,
): Durable | undefined {
  const { durable } = context.state;
  if (kind === "ready") {
    if (session.isPeerReady) return undefined;
    const ready = { ...session, isPeerReady: true };
    return ready.isConfirmed
      ? listNext(context, ready, durable)
      : { ...durable, linking: ready };
  }
  // LK-17: nothing is granted before the person here has compared the digits.
  if (!session.isConfirmed || session.listed.length === 0) return undefined;
  if (kind === "keys") return certify(context, session, body);
  return kind === "requests" ? takeIn(context, session, body) : undefined;
}

/** LK-20: the next circles, or the end when there are none. */
export function listNext(
  { env }: JobContext,
  session: ExistingDevice,
  durable: Durable,
): Durable {
  const ids = session.todo.filter((id) => {
    const record = durable.circles.get(id);
    return record !== undefined && canGive(env, durable.root, record);
  });
  const circles = ids.slice(0, LINK_LIST);
  if (circles.length === 0) {
    const left = { ...session, todo: none, listed: none };
    const linking = endOf(say(env, left, { kind: "end" }), "done");
    return { ...durable, linking };
  }
  const profile = durable.root.profile?.name ?? "";
  const listed = circles.flatMap((id) => {
    const circle = durable.circles.get(id)?.circle;
    return circle === undefined
      ? []
      : [listedOf(env, circle, session.deviceNo)];
  });
  const next = {
    ...session,
    todo: ids.slice(LINK_LIST),
    listed: circles.map((circle) => ({ circle, signatureKey: undefined })),
    isCertified: false,
  };
  const body = encodeCircleList({ profile, circles: listed });
  return { ...durable, linking: say(env, next, { kind: "circles", body }) };
}

/** LK-21: once for each list, and for circles of that list. */
function certify(
  { env, state }: JobContext,
  session: ExistingDevice,
  body: Uint8Array,
): Durable | undefined {
  const keys = decodeOfCircles("keys", body);
  if (keys === undefined || session.isCertified) return undefined;
  const { durable } = state;
  const { identitySeed } = durable.root;
  const { deviceNo } = session;
  const certificates: OfCircle[] = [];
  const listed = session.listed.map((one): GivenCircle => {
    const asked = findIn(keys, one.circle);
    const record = durable.circles.get(one.circle);
    const isGiven =
      asked !== undefined &&
      record !== undefined &&
      canGive(env, durable.root, record);
    if (!isGiven) return one;
    const { circleId, value: signatureKey } = asked;
    const memberSeed = memberSeedOf(identitySeed, circleId);
    const { certificate } = certifyDevice({
      memberSeed,
      deviceNo,
      circleId,
      signatureKey,
    });
    certificates.push({ circleId, value: certificate });
    return { ...one, signatureKey };
  });
  const next = say(
    env,
    { ...session, listed, isCertified: true },
    {
      kind: "certificates",
      body: encodeOfCircles("certificates", certificates),
    },
  );
  return { ...durable, linking: next };
}

/** LK-23: a wish in each circle, which waits there until a commit has carried it out. */
function takeIn(
  context: JobContext,
  session: ExistingDevice,
  body: Uint8Array,
): Durable | undefined {
  const requests = decodeOfCircles("requests", body);
  if (requests === undefined || !session.isCertified) return undefined;
  const { env } = context;
  let { durable } = context.state;
  let { count } = session;
  for (const given of session.listed) {
    const request = findIn(requests, given.circle);
    const record = durable.circles.get(given.circle);
    if (request === undefined || record === undefined) continue;
    const keyPackage = request.value;
    const isFull = record.intents.length >= MAX_INTENTS;
    if (isFull || !isOfKey(env, keyPackage, given.signatureKey)) continue;
    durable = putCircle(
      durable,
      addIntent(record, { act: "link", keyPackage }),
    );
    count += 1;
  }
  return listNext(context, { ...session, count, listed: none }, durable);
}

function isOfKey(
  { mls }: CircleEnv,
  keyPackage: Uint8Array,
  signatureKey: Uint8Array | undefined,
): boolean {
  const parsed = mls.decodeKeyPackage(keyPackage);
  return (
    parsed.ok &&
    signatureKey !== undefined &&
    equalBytes(parsed.value.leafNode.signatureKey, signatureKey)
  );
}

function findIn(
  list: readonly OfCircle[],
  circle: string,
): OfCircle | undefined {
  return list.find(({ circleId }) => encodeBase64url(circleId) === circle);
}

/** Circles into which this device can take another one: it is in, can certify, and its person has room for one more. */
export function givableCircles(
  env: CircleEnv,
  { root, circles }: Durable,
): readonly CircleRecord[] {
  return [...circles.values()].filter((one) => canGive(env, root, one));
}

function canGive(
  env: CircleEnv,
  { identitySeed }: Root,
  { id, desk, circle }: CircleRecord,
): boolean {
  if (circle === undefined || desk.place !== "in" || circle.info.isClosed)
    return false;
  const { memberKey } = circle;
  const circleId = decodeBase64url(id);
  assertInvariant(circleId.ok, "a circle's id is base64url");
  return (
    devicesIn(env, circle).length < MAX_LEAVES_OF_MEMBER &&
    hasAuthority(identitySeed, { circleId: circleId.value, memberKey })
  );
}

/** LK-24: one number for the new device in all circles, that no device of the person has in any of them. */
export function nextDeviceNo(
  env: CircleEnv,
  records: readonly CircleRecord[],
): number | undefined {
  const numbers = records.flatMap(({ circle }) =>
    circle === undefined
      ? []
      : devicesIn(env, circle).map(({ credential }) => credential.deviceNo),
  );
  const next = Math.max(0, ...numbers) + 1;
  return next > LAST_DEVICE ? undefined : next;
}

function devicesIn(env: CircleEnv, circle: Circle): readonly RosterLeaf[] {
  return leavesOf(rosterOf(env.mls, circle.mls.tree), circle.memberKey);
}

function listedOf(
  env: CircleEnv,
  circle: Circle,
  deviceNo: number,
): ListedCircle {
  const { leafIndex } = circle.mls.own;
  const own = devicesIn(env, circle).find(({ leaf }) => leaf === leafIndex);
  assertInvariant(own !== undefined, "our leaf is in the tree");
  const { circleId, name, relays } = circle.info;
  const { memberKey } = circle;
  const memberName = own.info.name;
  return { circleId, name, memberKey, memberName, deviceNo, relays };
}
