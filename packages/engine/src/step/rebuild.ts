/**
 * A circle that is built anew (docs/spec/repair.md, RP-20 to RP-27): by a steward whose device can follow the old one no more, and on
 * the side of those who are called.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { hasKey } from "../circle/key-set.ts";
import { lastGoodOf } from "../circle/last-good.ts";
import type { LastGood } from "../circle/last-good.ts";
import {
  encodeCall,
  openCall,
  readCall,
  refoundCircle,
  sealCall,
} from "../circle/rebuild.ts";
import type { HeardCall } from "../circle/rebuild.ts";
import { readAnswer } from "../circle/rebuild-answer.ts";
import {
  createRepairRequest,
  openRepairBox,
  sealRepairRequest,
} from "../circle/repair-request.ts";
import { clearAlarms } from "./alarms.ts";
import { deliveriesFor, withoutRepairs } from "./ask-repair.ts";
import { withDesk } from "./circle-record.ts";
import { isKeyCopied } from "./copied-key.ts";
import type { CircleRecord } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { addIntent } from "./intents.ts";
import type { JobContext } from "./job-context.ts";
import { MAX_ASKS, MAX_REPAIR_REQUESTS } from "./limits.ts";
import type { Rebuild } from "./repair-record.ts";
import { freshKeys, noteEpoch } from "./repair-keys.ts";
import { none } from "./writes.ts";

const KEY_LENGTH = 32;
const CALLS = "rebuild-";

/** RP-20: a new group for the circle, and a call to all devices that were in the old one. */
export function rebuild(
  { env, state }: JobContext,
  record: CircleRecord,
  lastGood: LastGood,
): CircleRecord {
  const { inbox, readBefore } = record.desk;
  const invitePub = env.random(KEY_LENGTH);
  const begun = refoundCircle(env, {
    lastGood,
    identitySeed: state.durable.root.identitySeed,
    inbox: { relayPub: inbox.relay.relayPub, sendId: inbox.sendId },
    invitePub,
    now: Math.floor(env.now / 1_000),
  });
  const circle = { ...begun, log: { ...begun.log, entriesRead: readBefore } };
  const { groupId } = circle.mls.context;
  const bytes = encodeCall(lastGood, { groupId, invitePub });
  const { circleId } = lastGood.info;
  const calls = deliveriesFor(lastGood, {
    name: `${CALLS}${encodeBase64url(groupId.slice(0, 9))}`,
    devices: lastGood.devices,
    seal: (device) => sealCall(env, { circleId, device, bytes }),
  });
  const begunRecord: CircleRecord = {
    ...withoutOldWishes(record),
    circle,
    // RP-29: somebody may be letting this device in where the others are.
    repair: record.repair && { ...record.repair, welcome: undefined },
    rebuild: {
      lastGood,
      groupId,
      invitePub,
      leaf: lastGood.leaf,
      isOwn: true,
      since: env.now,
      answers: [],
    },
    deliveries: [...withoutRepairs(record), ...calls],
  };
  const cleared = clearAlarms(
    withDesk(begunRecord, { place: "founding" }),
    ({ kind }) => kind === "halted" || kind === "gone",
  );
  return noteEpoch(env, cleared);
}

/** What was wished of the old group means nothing in the new one: its invites are over, and who asked by them asks again. */
export function withoutOldWishes(record: CircleRecord): CircleRecord {
  return {
    ...record,
    intents: none,
    planned: undefined,
    proposed: undefined,
    petitions: none,
    moves: none,
    invites: none,
    requests: none,
    repairDesk: { ...record.repairDesk, requests: [] },
  };
}

/** RP-29: nobody has come into the group that this device built, so that leaving it again leaves nobody behind. */
export function isAlone({ circle, rebuild: own }: CircleRecord): boolean {
  return own?.isOwn === true && circle?.mls.context.epoch === 0n;
}

/** RP-29: what belongs to the group that was built for nobody goes with it. */
export function withoutOwnBuild(record: CircleRecord): CircleRecord {
  return {
    ...withoutOldWishes(record),
    rebuild: undefined,
    deliveries: record.deliveries.filter(({ id }) => !id.startsWith(CALLS)),
  };
}

/** RP-22, RP-23: a call that came into our inbox is answered when we know whom to follow. */
export function takeCall(
  context: JobContext,
  record: CircleRecord,
  body: Uint8Array,
): CircleRecord {
  const { env } = context;
  const lastGood = lastGoodIn(env, record);
  if (lastGood === undefined) return record;
  const sealingKeys = [
    ...(record.circle?.sealingKeys ?? []),
    ...lastGood.sealingKeys,
  ];
  const bytes = openCall({ ...lastGood, sealingKeys }, body);
  const keys = freshKeys(env, record);
  const call = bytes && readCall(lastGood, { bytes, keys });
  if (call?.isTrusted !== true || !isBetter(record.rebuild, call))
    return record;
  return answerCall(context, record, { lastGood, call });
}

/** By what was good before anything was built anew: competing builders are judged by one and the same. */
function lastGoodIn(
  env: StepEnv,
  { rebuild: known, repair, circle }: CircleRecord,
): LastGood | undefined {
  if (known !== undefined) return known.lastGood;
  if (repair !== undefined) return repair.lastGood;
  return circle && lastGoodOf(circle, env);
}

/** Of several builders the one with the lowest leaf. */
function isBetter(known: Rebuild | undefined, call: HeardCall): boolean {
  return known === undefined || call.leaf < known.leaf;
}

function answerCall(
  { env, state }: JobContext,
  record: CircleRecord,
  o: { readonly lastGood: LastGood; readonly call: HeardCall },
): CircleRecord {
  if (isKeyCopied(state.durable.root, record.repair)) return record;
  const { lastGood, call } = o;
  const { inbox } = record.desk;
  const { groupId, invitePub, leaf, caller } = call;
  const made = createRepairRequest(env, {
    lastGood,
    cause: "called",
    identitySeed: state.durable.root.identitySeed,
    inbox: { relayPub: inbox.relay.relayPub, sendId: inbox.sendId },
    invitePub,
    signers: [lastGood.signatureSeed],
    now: Math.floor(env.now / 1_000),
  });
  const { own, sealingKey, bytes } = made;
  const { circleId } = lastGood.info;
  const answers = deliveriesFor(lastGood, {
    name: `answer-${encodeBase64url(groupId.slice(0, 9))}`,
    devices: [caller],
    seal: (device) => sealRepairRequest(env, { circleId, device, bytes }),
  });
  const ask = { groupId, own, sealingKey };
  const before = record.repair ?? {
    cause: "called" as const,
    lastGood,
    asks: [],
    count: 0,
    welcome: undefined,
    delivery: undefined,
  };
  return {
    ...record,
    deliveries: [...record.deliveries, ...answers],
    repair: { ...before, asks: [ask, ...before.asks].slice(0, MAX_ASKS) },
    rebuild: {
      lastGood,
      groupId,
      invitePub,
      leaf,
      isOwn: false,
      since: env.now,
      answers: [],
    },
  };
}

/** RP-24: somebody who was called answers, and is let in without anybody being asked. */
export function takeAnswer(
  env: StepEnv,
  record: CircleRecord,
  body: Uint8Array,
): CircleRecord {
  const { circle, rebuild: own } = record;
  if (circle === undefined || own?.isOwn !== true) return record;
  const { memberKey, sealingKeys, info } = circle;
  const { circleId } = info;
  const bytes = openRepairBox({ circleId, memberKey, sealingKeys }, body);
  const answer = bytes && readAnswer(circle, env, { ...own, bytes });
  if (bytes === undefined || answer === undefined) return record;
  const isKnown = own.answers.some(({ id }) => equalBytes(id, answer.id));
  if (isKnown || own.answers.length >= 16 * MAX_REPAIR_REQUESTS) return record;
  const kept = { id: answer.id, memberKey: answer.memberKey, bytes };
  const next = {
    ...record,
    rebuild: { ...own, answers: [...own.answers, kept] },
  };
  return addIntent(next, { act: "repair", request: answer.id });
}

/** RP-25: who comes into the new group is again what they were in the old one. */
export function restoreRoles(
  record: CircleRecord,
  added: readonly { readonly memberKey: Uint8Array }[],
): CircleRecord {
  const { rebuild: own, circle } = record;
  if (own?.isOwn !== true || circle === undefined) return record;
  const { stewards, readers } = own.lastGood.info;
  const isIn = (key: Uint8Array): boolean =>
    added.some(({ memberKey }) => equalBytes(memberKey, key));
  let next: CircleRecord = {
    ...record,
    rebuild: {
      ...own,
      answers: own.answers.filter(({ memberKey }) => !isIn(memberKey)),
    },
  };
  for (const { memberKey } of added) {
    const isAlready = hasKey(circle.info.stewards, memberKey);
    if (hasKey(stewards, memberKey) && !isAlready)
      next = addIntent(next, { act: "promote", memberKey });
    if (hasKey(readers, memberKey))
      next = addIntent(next, { act: "make-reader", memberKey });
  }
  return next;
}
