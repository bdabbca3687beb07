/**
 * The new device's part (docs/spec/linking.md, LK-20 to LK-24): keys for the circles that the other one lists, KeyPackages once they
 * are certified. It takes nothing before its own person has compared the digits.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { ed25519PublicKey } from "@halqa/crypto";
import { isCertified } from "../circle/credential.ts";
import { KEY_LENGTH } from "../circle/field.ts";
import type { LinkMessage } from "../circle/link-box.ts";
import {
  decodeCircleList,
  decodeOfCircles,
  encodeOfCircles,
} from "../circle/link-lists.ts";
import type { ListedCircle, OfCircle } from "../circle/link-lists.ts";
import { createEntering } from "../circle/linked-join.ts";
import {
  circleAgain,
  createCircleRecord,
  createOwnInbox,
  putCircle,
} from "./circle-record.ts";
import type { CircleRecord, Durable } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import type { JobContext } from "./job-context.ts";
import { isLeftOut } from "./left-out.ts";
import { MAX_CIRCLES } from "./limits.ts";
import { endOf, say } from "./link-session.ts";
import type { ComingCircle, NewDevice } from "./linking-record.ts";
import { none } from "./writes.ts";

/** The state after a message of the other device; undefined for one that may not come now. */
export function takeAsNew(
  context: JobContext,
  session: NewDevice,
  { kind, body }: LinkMessage,
): Durable | undefined {
  if (!session.isConfirmed) return undefined;
  if (kind === "circles") return takeCircles(context, session, body);
  if (kind === "certificates") return takeCertificates(context, session, body);
  if (kind !== "end" || session.coming.length > 0) return undefined;
  return { ...context.state.durable, linking: endOf(session, "done") };
}

/** LK-20: a key for each circle that this device is not in. */
function takeCircles(
  { env, state }: JobContext,
  session: NewDevice,
  body: Uint8Array,
): Durable | undefined {
  const list = decodeCircleList(body);
  if (list === undefined || session.coming.length > 0) return undefined;
  const { durable } = state;
  const room = MAX_CIRCLES - durable.root.circles.length;
  const wanted = list.circles.filter((one, index) =>
    isWanted(env, durable, {
      earlier: list.circles.slice(0, index),
      listed: one,
    }),
  );
  const coming = wanted
    .slice(0, Math.max(0, room))
    .flatMap((listed) => comingOf(env, listed));
  const keys = coming.map(({ listed: { circleId }, signatureSeed }) => ({
    circleId,
    value: ed25519PublicKey(signatureSeed),
  }));
  const next = say(
    env,
    { ...session, coming },
    { kind: "keys", body: encodeOfCircles("keys", keys) },
  );
  const { root } = durable;
  const isNamed = root.profile !== undefined || list.profile === "";
  const named = isNamed ? root : { ...root, profile: { name: list.profile } };
  return { ...durable, root: named, linking: next };
}

function comingOf(env: StepEnv, listed: ListedCircle): readonly ComingCircle[] {
  const [relay] = listed.relays;
  if (relay === undefined) return none;
  const signatureSeed = env.random(KEY_LENGTH);
  return [{ listed, signatureSeed, inbox: createOwnInbox(env, relay) }];
}

/** One that it is in, or asked for by an invite of its own, is left as it is. */
function isWanted(
  env: StepEnv,
  { circles, root }: Durable,
  o: {
    readonly earlier: readonly ListedCircle[];
    readonly listed: ListedCircle;
  },
): boolean {
  const { earlier } = o;
  const { circleId } = o.listed;
  const id = encodeBase64url(circleId);
  if (earlier.some((one) => equalBytes(one.circleId, circleId))) return false;
  if (root.erasing.some(({ circle }) => circle === id)) return false;
  return isOpenTo(env, circles.get(id));
}

function isOpenTo(env: StepEnv, record: CircleRecord | undefined): boolean {
  switch (record?.desk.place) {
    case "founding":
      return false;
    case "in":
      return isLeftOut(env, record);
    case "waiting":
    case "joining":
      return record.joining === undefined;
    case "declined":
    case "removed":
    case "halted":
    case "restored":
    case undefined:
      return true;
  }
}

/** LK-22: a KeyPackage for each key that was certified as this device was told, and a place in the list of circles. */
function takeCertificates(
  { env, state }: JobContext,
  session: NewDevice,
  body: Uint8Array,
): Durable | undefined {
  const list = decodeOfCircles("certificates", body);
  if (list === undefined) return undefined;
  let { durable } = state;
  const requests: OfCircle[] = [];
  for (const coming of session.coming) {
    const { circleId } = coming.listed;
    const given = list.find((one) => equalBytes(one.circleId, circleId));
    if (given === undefined || !isGenuine(coming, given.value)) continue;
    const old = durable.circles.get(encodeBase64url(circleId));
    const made = enter(env, { coming, certificate: given.value, old });
    durable = putCircle(durable, made.record);
    requests.push({ circleId, value: made.keyPackage });
  }
  const count = session.count + requests.length;
  const next = say(
    env,
    { ...session, coming: none, count },
    { kind: "requests", body: encodeOfCircles("requests", requests) },
  );
  return { ...durable, linking: next };
}

function isGenuine(
  { listed, signatureSeed }: ComingCircle,
  certificate: Uint8Array,
): boolean {
  const { memberKey, deviceNo, circleId } = listed;
  const signatureKey = ed25519PublicKey(signatureSeed);
  const credential = { memberKey, deviceNo, certificate };
  return isCertified(credential, { circleId, signatureKey });
}

function enter(
  env: StepEnv,
  o: {
    readonly coming: ComingCircle;
    readonly certificate: Uint8Array;
    readonly old: CircleRecord | undefined;
  },
): { readonly record: CircleRecord; readonly keyPackage: Uint8Array } {
  const { listed, signatureSeed, inbox } = o.coming;
  const { entering, keyPackage } = createEntering(env, {
    listed,
    signatureSeed,
    certificate: o.certificate,
    sendId: inbox.sendId,
    now: Math.floor(env.now / 1_000),
  });
  const fresh = createCircleRecord({
    id: encodeBase64url(listed.circleId),
    name: listed.name,
    memberKey: listed.memberKey,
    place: "waiting",
    now: env.now,
    inbox,
  });
  const record = {
    ...circleAgain(fresh, o.old),
    entering: { entering, welcome: undefined },
  };
  return { record, keyPackage };
}
