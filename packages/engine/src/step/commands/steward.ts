/** Commands of stewards: each leaves a wish, and the circle is changed when a commit for it won (docs/spec/engine.md, EN-50). */
import { decodeBase64url, encodeBase64url, equalBytes } from "@halqa/bytes";
import { isSteward } from "../../circle/roster.ts";
import type { Circle } from "../../circle/circle.ts";
import { sealDecline } from "../../circle/decline.ts";
import { createInvite } from "../../circle/invite.ts";
import { readJoinRequest } from "../../circle/join-request.ts";
import { MAX_INVITES, MAX_INVITE_USES } from "../../circle/limits.ts";
import { membersOf } from "../../circle/roster.ts";
import type { CommandFault } from "../../views/command.ts";
import type { CircleRecord, RequestRecord } from "../durable.ts";
import type { Delivery } from "../mail.ts";
import type { StepEnv } from "../env.ts";
import { addIntent } from "../intents.ts";
import { MAX_DELIVERIES, MAX_INTENTS, MAX_INVITE_DAYS } from "../limits.ts";
import { beginCheck } from "../join-check.ts";
import { createInviteRecord } from "../stored-acts.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext } from "../job-context.ts";

const DAY_MS = 86_400_000;

interface StewardOf {
  readonly record: CircleRecord;
  readonly circle: Circle;
}

/** The circle, if this device may act as a steward of it. */
function asSteward(context: JobContext, id: string): StewardOf | CommandFault {
  const record = recordOf(context, id);
  if (record === undefined) return "unknown-circle";
  const { circle, desk, intents } = record;
  const isIn = desk.place === "in" || desk.place === "founding";
  if (circle === undefined || !isIn) return "not-a-member";
  if (circle.info.isClosed) return "closed";
  if (!isSteward(circle)) return "not-a-steward";
  return intents.length < MAX_INTENTS ? { record, circle } : "outbox-full";
}

export function createInviteBy(
  context: JobContext,
  command: CommandOf<"create-invite">,
): CommandOutcome {
  const found = asSteward(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  // V would refuse the commit, and the invite would never open (CI-131).
  if (command.auto === true && circle.info.settings.adding !== "everyone")
    return refuse("not-allowed");
  const { maxUses, days } = command;
  const isInRange =
    isWithin(maxUses, MAX_INVITE_USES) && isWithin(days, MAX_INVITE_DAYS);
  if (!isInRange || record.invites.length >= MAX_INVITES)
    return refuse("bad-number");
  const expiryDay = Math.floor(context.env.now / DAY_MS) + days;
  const invite = createInvite(circle, context.env, expiryDay);
  const made = createInviteRecord({
    invite,
    maxUses,
    isOwn: true,
    isAuto: command.auto === true,
  });
  const { invitePub } = made;
  const next = addIntent(
    { ...record, invites: [...record.invites, made] },
    { act: "invite", invitePub },
  );
  const value = { kind: "invite", invite: encodeBase64url(invitePub) } as const;
  return accept(context, next, value);
}

/** An invite that is still being made ends as well: whichever commit wins, the other one finds its aim reached. */
export function revokeInvite(
  context: JobContext,
  command: CommandOf<"revoke-invite">,
): CommandOutcome {
  const found = asSteward(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record } = found;
  const id = decodeBase64url(command.invite);
  const invite =
    id.ok && record.invites.find((one) => equalBytes(one.invitePub, id.value));
  if (!invite) return refuse("unknown-invite");
  const { invitePub } = invite;
  return accept(context, addIntent(record, { act: "revoke", invitePub }));
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

function findRequest(
  { requests }: CircleRecord,
  text: string,
): RequestRecord | undefined {
  const id = decodeBase64url(text);
  return id.ok
    ? requests.find((one) => equalBytes(one.id, id.value))
    : undefined;
}

export function decideRequest(
  context: JobContext,
  command: CommandOf<"approve" | "decline">,
): CommandOutcome {
  const found = asSteward(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record } = found;
  const wanted = findRequest(record, command.request);
  if (!wanted || wanted.state === "closed") return refuse("unknown-request");
  if (command.command === "decline" && wanted.state === "approving")
    return refuse("unknown-request");
  const state = command.command === "approve" ? "approving" : "closed";
  const decided: CircleRecord = {
    ...record,
    requests: record.requests.map((one) =>
      one === wanted ? { ...one, state } : one,
    ),
  };
  return accept(
    context,
    state === "approving"
      ? addIntent(decided, { act: "approve", request: wanted.id })
      : tellDecline(context.env, decided, wanted),
  );
}

/** IN-60: both sides are to see a code. */
export function checkRequest(
  context: JobContext,
  command: CommandOf<"check-request">,
): CommandOutcome {
  const found = asSteward(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record } = found;
  const wanted = findRequest(record, command.request);
  if (!wanted || wanted.state !== "asking") return refuse("unknown-request");
  const begun = beginCheck(context.env, record, wanted);
  return begun === undefined ? refuse("outbox-full") : accept(context, begun);
}

/** EN-68: the asker hears of the no, unless so much is on its way that nothing more may wait. */
function tellDecline(
  env: StepEnv,
  record: CircleRecord,
  { invitePub, bytes, id }: RequestRecord,
): CircleRecord {
  const { circle, deliveries } = record;
  if (circle === undefined || deliveries.length >= MAX_DELIVERIES)
    return record;
  const request = readJoinRequest(circle, env, { invitePub, bytes });
  const box = request.ok ? sealDecline(circle, env, request.value) : request;
  if (!request.ok || !box.ok) return record;
  const { relay, inbox } = request.value;
  const told: Delivery = {
    id: `decline-${encodeBase64url(id)}`,
    relay,
    parts: [],
    boxes: [{ sendId: inbox.sendId, box: box.value }],
  };
  return { ...record, deliveries: [...deliveries, told] };
}

export function removeMember(
  context: JobContext,
  command: CommandOf<"remove-member">,
): CommandOutcome {
  const found = asSteward(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  const key = decodeBase64url(command.member);
  const member =
    key.ok &&
    membersOf(circle, context.env).find((one) =>
      equalBytes(one.memberKey, key.value),
    );
  if (!member) return refuse("unknown-member");
  const isLast = member.isSteward && circle.info.stewards.length === 1;
  if (isLast) return refuse("last-steward");
  if (member.isOwn) return refuse("unknown-member");
  const { memberKey } = member;
  return accept(context, addIntent(record, { act: "remove", memberKey }));
}
