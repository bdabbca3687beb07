/**
 * Invites by which any member lets people in (docs/spec/invite.md, IN-50 to IN-54): their secrets stand in the circle, and the
 * members' devices share the work out among themselves by rank, so that one is enough and few do the same twice.
 */
import { compareBytes, concatBytes, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import type { Circle } from "../circle/circle.ts";
import { hasKey } from "../circle/key-set.ts";
import { membersOf } from "../circle/roster.ts";
import type { CircleRecord, InviteRecord, RequestRecord } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { addIntent } from "./intents.ts";
import { AUTO_STEP_MS, AUTO_WINDOW_MS, MAX_INTENTS } from "./limits.ts";
import { createInviteRecord } from "./stored-acts.ts";

const DAY_MS = 86_400_000;

/** Keeps the secrets of those that the circle has now; they are the same for all members. */
export function adoptAutoInvites(record: CircleRecord): CircleRecord {
  const { circle, invites } = record;
  if (circle === undefined) return record;
  const missing = circle.info.invites.filter(
    ({ auto, invitePub }) =>
      auto !== undefined &&
      !invites.some((one) => equalBytes(one.invitePub, invitePub)),
  );
  if (missing.length === 0) return record;
  const learnt = missing.flatMap(({ auto, maxUses }) =>
    auto === undefined
      ? []
      : [
          createInviteRecord({
            invite: auto,
            maxUses,
            isOwn: false,
            isAuto: true,
          }),
        ],
  );
  return { ...record, invites: [...invites, ...learnt] };
}

/**
 * When this device lets somebody in, milliseconds; undefined when a steward has to decide. Members are ranked anew for each
 * request, by a hash that nobody can choose.
 */
export function dueOf(
  env: StepEnv,
  circle: Circle,
  o: {
    readonly id: Uint8Array;
    readonly memberKey: Uint8Array;
    readonly invite: InviteRecord;
  },
): number | undefined {
  const { isAuto, invite } = o.invite;
  if (!isAuto || invite.expiryDay < Math.floor(env.now / DAY_MS))
    return undefined;
  // CI-105: whoever is held comes back by a steward's word.
  if (hasKey(circle.info.held, o.memberKey)) return undefined;
  const rankOf = (memberKey: Uint8Array): Uint8Array =>
    sha256(concatBytes(o.id, memberKey));
  const own = rankOf(circle.memberKey);
  const members = membersOf(circle, env);
  const rank = members.filter(
    ({ memberKey }) => compareBytes(rankOf(memberKey), own) < 0,
  ).length;
  const step = Math.min(AUTO_STEP_MS, AUTO_WINDOW_MS / members.length);
  return env.now + Math.floor(rank * step);
}

/** Whether somebody is to be let in now. */
export function isLetInDue(record: CircleRecord, now: number): boolean {
  return (
    record.intents.length < MAX_INTENTS &&
    record.requests.some((one) => isDue(one, now))
  );
}

/** Makes an act of each request whose time has come. */
export function letInDue(record: CircleRecord, now: number): CircleRecord {
  let next = record;
  for (const request of record.requests) {
    if (!isDue(request, now) || next.intents.length >= MAX_INTENTS) continue;
    const requests = next.requests.map((one) =>
      one === request ? { ...one, state: "approving" as const } : one,
    );
    next = addIntent(
      { ...next, requests },
      { act: "approve", request: request.id },
    );
  }
  return next;
}

function isDue({ state, dueAt }: RequestRecord, now: number): boolean {
  // A clock that was set back must not keep anybody waiting.
  return (
    state === "asking" &&
    dueAt !== undefined &&
    (dueAt <= now || dueAt > now + AUTO_WINDOW_MS)
  );
}
