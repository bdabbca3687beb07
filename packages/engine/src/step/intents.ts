/**
 * Acts of a steward (docs/spec/engine.md, EN-50 to EN-59): wishes in words that hold in every epoch. One commit at a time is
 * made for them, from the newest state; it is stored with what it needs to be followed before it leaves, and when another
 * commit wins it is thrown away and made anew.
 */
import { assertInvariant, encodeBase64url, equalBytes } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { Circle, CircleEnv } from "../circle/circle.ts";
import { isPaused } from "../circle/circle.ts";
import { readJoinRequest } from "../circle/join-request.ts";
import { planAutoAdd } from "../circle/plan-auto-add.ts";
import { planOwnAdd } from "../circle/plan-own-add.ts";
import {
  planAdd,
  planChange,
  planInvite,
  planRepair,
  planReturn,
} from "../circle/plan-commit.ts";
import type { PlannedCommit } from "../circle/plan-commit.ts";
import type { PlanFault } from "../circle/plan-fault.ts";
import { isSteward, membersOf } from "../circle/roster.ts";
import type { Act } from "./act.ts";
import type { CircleRecord, Intent } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { MAX_ADDS } from "../circle/limits.ts";
import { MAX_DELIVERIES, MAX_PLANS } from "./limits.ts";
import { isCaughtUp } from "./log-run.ts";
import { isCircleAct, planAct } from "./plan-act.ts";
import type { LogRun } from "./state.ts";
import { subjectOf } from "./act.ts";
import {
  answersOf,
  closeRepaired,
  reopenRepairs,
  repairsOf,
} from "./repair-plan.ts";

const DAY_MS = 86_400_000;

export function isSameAct(one: Act, other: Act): boolean {
  return one.act === other.act && equalBytes(subjectOf(one), subjectOf(other));
}

/** Adds a wish, once. */
export function addIntent(record: CircleRecord, act: Act): CircleRecord {
  if (record.intents.some((one) => isSameAct(one.act, act))) return record;
  return { ...record, intents: [...record.intents, { act, plans: 0 }] };
}

/** Whether planning would change anything now. */
export function canPlan(
  record: CircleRecord,
  run: LogRun | undefined,
): boolean {
  const { circle, planned } = record;
  if (circle === undefined || readyIntents(record).length === 0) return false;
  return planned === undefined && isCaughtUp(run, circle) && !isPaused(circle);
}

/** While too many Welcomes are on their way nobody is let in; a removal waits for no relay that refuses them. */
function readyIntents({
  circle,
  intents,
  deliveries,
}: CircleRecord): readonly Intent[] {
  const isFull = deliveries.length >= MAX_DELIVERIES;
  const isAsking = circle !== undefined && !isSteward(circle);
  return intents.filter(({ act: { act } }) => {
    if (act === "leave") return false;
    // LK-51: who is no steward asks for it by a proposal.
    if (act === "remove-device") return !isAsking;
    return !(isFull && LETS_IN.includes(act));
  });
}

/** Acts whose commit brings a Welcome. */
const LETS_IN: readonly Act["act"][] = ["approve", "repair", "link"];

/** Makes a commit for the first intents that still want something; drops those that do not or cannot. */
export function planDue(env: StepEnv, record: CircleRecord): CircleRecord {
  let current = record;
  for (;;) {
    const ready = readyIntents(current);
    if (current.planned !== undefined || ready.length === 0) return current;
    const { circle } = current;
    assertInvariant(circle !== undefined, "only who is in has intents");
    const intents = batchOf(ready);
    const planned = plan(env, circle, { record: current, intents });
    current = planned.ok
      ? adopt(current, { circle, intents, planned: planned.value })
      : closeRepaired(env, closeJoined(env, settle(current, intents)));
  }
}

/** Requests of people who are in are closed, whoever let them in. */
export function closeJoined(
  env: CircleEnv,
  record: CircleRecord,
): CircleRecord {
  const { circle, requests } = record;
  const isWaiting = requests.some(({ state }) => state !== "closed");
  if (circle === undefined || !isWaiting) return record;
  const members = new Set(
    membersOf(circle, env).map(({ memberKey }) => encodeBase64url(memberKey)),
  );
  return {
    ...record,
    requests: requests.map((one) =>
      members.has(encodeBase64url(one.memberKey))
        ? { ...one, state: "closed" as const }
        : one,
    ),
  };
}

/** EN-54: approvals, and repairs, that stand together go into one commit, so that a tree is sealed once for all of them. */
function batchOf(intents: readonly Intent[]): readonly Intent[] {
  const [first] = intents;
  assertInvariant(first !== undefined, "there is an intent");
  // One that could not be planned with others is tried alone.
  const kind = first.act.act;
  const isShared = kind === "approve" || kind === "repair";
  if (!isShared || first.plans > 0) return [first];
  const end = intents.findIndex(
    ({ act, plans }) => act.act !== kind || plans > 0,
  );
  return intents.slice(0, Math.min(end < 0 ? intents.length : end, MAX_ADDS));
}

function plan(
  env: StepEnv,
  circle: Circle,
  o: { readonly record: CircleRecord; readonly intents: readonly Intent[] },
): Result<PlannedCommit, PlanFault> {
  const { record, intents } = o;
  const act = intents[0]?.act;
  assertInvariant(act !== undefined, "there is an intent");
  const revoke = endedInvites(env, record);
  if (isCircleAct(act)) return planAct(circle, env, { act, record, revoke });
  switch (act.act) {
    case "invite": {
      const known = record.invites.find(({ invitePub }) =>
        equalBytes(invitePub, act.invitePub),
      );
      if (known === undefined) return { ok: false, error: { kind: "done" } };
      const { invitePub, maxUses, isAuto } = known;
      const auto = isAuto ? known.invite : undefined;
      const invite = { invitePub, maxUses, auto };
      return planInvite(circle, env, { invite, revoke });
    }
    case "approve": {
      const wanted = intents.map(({ act: one }) => subjectOf(one));
      const requests = requestsOf(env, circle, { record, wanted });
      const now = Math.floor(env.now / 1_000);
      return isSteward(circle)
        ? planAdd(circle, env, { requests, revoke: [], now })
        : planAutoAdd(circle, env, { requests, now });
    }
    case "repair":
      return planRepairs(env, circle, { record, intents });
    case "revoke":
      return planChange(circle, env, { revoke: [...revoke, act.invitePub] });
    case "link": {
      const now = Math.floor(env.now / 1_000);
      return planOwnAdd(circle, env, { keyPackage: act.keyPackage, now });
    }
    case "leave":
      // Nobody removes itself by a commit: it is proposed (proposals.ts).
      return { ok: false, error: { kind: "own" } };
  }
}

function planRepairs(
  env: StepEnv,
  circle: Circle,
  o: { readonly record: CircleRecord; readonly intents: readonly Intent[] },
): Result<PlannedCommit, PlanFault> {
  const { record, intents } = o;
  const wanted = intents.map(({ act }) => subjectOf(act));
  const now = Math.floor(env.now / 1_000);
  const answers = answersOf(env, circle, { record, wanted });
  if (answers.length > 0) return planReturn(circle, env, { answers, now });
  const repairs = repairsOf(env, circle, { record, wanted });
  return planRepair(circle, env, { repairs, now });
}

/** Read anew against the circle as it is now: what was valid when it came need not be any more. */
function requestsOf(
  env: StepEnv,
  circle: Circle,
  o: {
    readonly record: CircleRecord;
    readonly wanted: readonly Uint8Array[];
  },
) {
  return o.record.requests
    .filter(({ id }) => o.wanted.some((one) => equalBytes(one, id)))
    .flatMap(({ invitePub, bytes }) => {
      const read = readJoinRequest(circle, env, { invitePub, bytes });
      return read.ok ? [read.value] : [];
    });
}

/** EN-58: invites whose day is over, by our own clock, end with our next commit. */
function endedInvites(
  { now }: StepEnv,
  { invites, circle }: CircleRecord,
): readonly Uint8Array[] {
  const today = Math.floor(now / DAY_MS);
  const recorded = new Set(
    circle?.info.invites.map(({ invitePub }) => encodeBase64url(invitePub)),
  );
  return invites
    .filter(({ invite }) => invite.expiryDay < today)
    .map(({ invitePub }) => invitePub)
    .filter((invitePub) => recorded.has(encodeBase64url(invitePub)));
}

/** EN-51: commit, private half and intents are stored together, before the entry leaves. */
function adopt(
  record: CircleRecord,
  o: {
    readonly circle: Circle;
    readonly intents: readonly Intent[];
    readonly planned: PlannedCommit;
  },
): CircleRecord {
  const { pending, before = [], body, circle } = o.planned;
  const { log, mls } = o.circle;
  return {
    ...record,
    circle,
    planned: {
      acts: o.intents.map(({ act }) => act),
      pending,
      before,
      body,
      epoch: mls.context.epoch,
      logId: log.logId,
    },
    intents: record.intents.map((intent) =>
      o.intents.includes(intent)
        ? { ...intent, plans: intent.plans + 1 }
        : intent,
    ),
  };
}

/**
 * EN-55: nothing can be made for these: the circle is as wished, or the wish cannot be granted in it. A wish among several
 * is tried alone before it is given up.
 */
function settle(
  record: CircleRecord,
  intents: readonly Intent[],
): CircleRecord {
  if (intents.length > 1) {
    return {
      ...record,
      intents: record.intents.map((intent) =>
        intents.includes(intent) ? { ...intent, plans: 1 } : intent,
      ),
    };
  }
  return dropActs(
    record,
    intents.map(({ act }) => act),
  );
}

/** The acts are done or given up: the requests among them are closed when their people are in, and open again otherwise. */
export function dropActs(
  record: CircleRecord,
  acts: readonly Act[],
): CircleRecord {
  const isDropped = (act: Act): boolean =>
    acts.some((one) => isSameAct(one, act));
  const approved = acts.filter(({ act }) => act === "approve").map(subjectOf);
  const repaired = acts.filter(({ act }) => act === "repair").map(subjectOf);
  return {
    ...reopenRepairs(record, repaired),
    intents: record.intents.filter(({ act }) => !isDropped(act)),
    requests:
      approved.length === 0
        ? record.requests
        : record.requests.map((one) =>
            one.state === "approving" &&
            approved.some((id) => equalBytes(id, one.id))
              ? { ...one, state: "asking" as const, dueAt: undefined }
              : one,
          ),
  };
}

/** EN-53: the epoch of the commit is over, so it cannot win any more. What it was for is planned anew, not for ever. */
export function unplan(record: CircleRecord): CircleRecord {
  const { planned } = record;
  if (planned === undefined) return record;
  const spent = record.intents
    .filter(({ plans }) => plans >= MAX_PLANS)
    .map(({ act }) => act);
  return dropActs({ ...record, planned: undefined }, spent);
}
