/**
 * Letting in again, on a steward's side (docs/spec/repair.md, RP-3 to RP-6): a request that proves the epoch that it comes from is
 * granted without asking, once for each trouble; any other waits for a person.
 */
import { equalBytes } from "@halqa/bytes";
import type { MemberRef } from "../circle/circle.ts";
import { isSteward } from "../circle/roster.ts";
import { openRepairBox, readRepairRequest } from "../circle/repair-request.ts";
import type { RepairRequest } from "../circle/repair-request.ts";
import type { CircleRecord } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { addIntent } from "./intents.ts";
import {
  DAY_MS,
  MAX_REPAIR_REQUESTS,
  MAX_REPAIRS_A_DAY,
  MAX_REPAIRS_MADE,
} from "./limits.ts";
import type { RepairDesk } from "./repair-record.ts";
import { freshKeys } from "./repair-keys.ts";

/** What came into our inbox, where it is such a request. */
export function takeRepairRequest(
  env: StepEnv,
  record: CircleRecord,
  body: Uint8Array,
): CircleRecord {
  const { circle } = record;
  if (circle === undefined || !isSteward(circle)) return record;
  const { memberKey, sealingKeys, info } = circle;
  const { circleId } = info;
  const bytes = openRepairBox({ circleId, memberKey, sealingKeys }, body);
  const read =
    bytes &&
    readRepairRequest(circle, env, { bytes, keys: freshKeys(env, record) });
  return read?.ok === true ? keep(env, record, read.value) : record;
}

function keep(
  env: StepEnv,
  record: CircleRecord,
  request: RepairRequest,
): CircleRecord {
  const { repairDesk } = record;
  const others = repairDesk.requests.filter(
    (one) => !equalBytes(one.memberKey, request.memberKey),
  );
  const isKnown = repairDesk.requests.some(({ id }) =>
    equalBytes(id, request.id),
  );
  // One request of a member: a newer one replaces it, because only its KeyPackage is still waited with.
  if (isKnown || others.length >= MAX_REPAIR_REQUESTS) return record;
  const before = repairDesk.requests.find((one) => !others.includes(one));
  const isAutomatic =
    mayRepair(env, repairDesk, request) ||
    (request.isProven && before?.state === "approving");
  const { id, memberKey, name, cause, bytes } = request;
  const state = isAutomatic ? "approving" : "asking";
  const kept = { id, memberKey, name, cause, bytes, state } as const;
  const next: CircleRecord = {
    ...record,
    repairDesk: { ...repairDesk, requests: [...others, kept] },
  };
  return isAutomatic ? addIntent(next, { act: "repair", request: id }) : next;
}

/**
 * RP-5: for trouble that is newer than the last repair of the member, a few times a day, and never for whoever was away too
 * long or comes out of a backup.
 */
function mayRepair(
  { now }: StepEnv,
  { made }: RepairDesk,
  request: RepairRequest,
): boolean {
  const { isProven, cause, memberKey, epoch } = request;
  if (!isProven || cause === "gone" || cause === "restored") return false;
  const own = made.filter((one) => equalBytes(one.memberKey, memberKey));
  const isSecond = own.some((one) => one.epoch > epoch);
  const today = own.filter(({ at }) => Math.abs(now - at) < DAY_MS);
  return !isSecond && today.length < MAX_REPAIRS_A_DAY;
}

/** RP-5: who was let in again is known by the log, whichever steward did it, and what they asked for until then is answered. */
export function noteRepaired(
  { now }: StepEnv,
  record: CircleRecord,
  repaired: readonly Pick<MemberRef, "memberKey">[],
): CircleRecord {
  const { repairDesk, circle } = record;
  if (repaired.length === 0 || circle === undefined) return record;
  const { epoch } = circle.mls.context;
  const isOf = (key: Uint8Array): boolean =>
    repaired.some(({ memberKey }) => equalBytes(memberKey, key));
  const news = repaired.map(({ memberKey }) => ({ memberKey, epoch, at: now }));
  return {
    ...record,
    repairDesk: {
      ...repairDesk,
      requests: repairDesk.requests.filter(({ memberKey }) => !isOf(memberKey)),
      made: [...repairDesk.made, ...news].slice(-MAX_REPAIRS_MADE),
    },
  };
}
