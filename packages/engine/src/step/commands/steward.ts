/** Commands of stewards: each leaves a wish, and the circle is changed when a commit for it won (docs/spec/engine.md, EN-50). */
import { decodeBase64url, encodeBase64url, equalBytes } from "@halqa/bytes";
import { isSteward } from "../../circle/roster.ts";
import type { Circle } from "../../circle/circle.ts";
import { createInvite } from "../../circle/invite.ts";
import { MAX_INVITES, MAX_INVITE_USES } from "../../circle/limits.ts";
import { membersOf } from "../../circle/roster.ts";
import type { CommandFault } from "../../views/command.ts";
import type { CircleRecord } from "../durable.ts";
import { addIntent } from "../intents.ts";
import { MAX_INTENTS, MAX_INVITE_DAYS } from "../limits.ts";
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
  const { maxUses, days } = command;
  const isInRange =
    isWithin(maxUses, MAX_INVITE_USES) && isWithin(days, MAX_INVITE_DAYS);
  if (!isInRange || record.invites.length >= MAX_INVITES)
    return refuse("bad-number");
  const expiryDay = Math.floor(context.env.now / DAY_MS) + days;
  const invite = createInvite(circle, context.env, expiryDay);
  const made = createInviteRecord({ invite, maxUses, isOwn: true });
  const { invitePub } = made;
  const next = addIntent(
    { ...record, invites: [...record.invites, made] },
    { act: "invite", invitePub },
  );
  const value = { kind: "invite", invite: encodeBase64url(invitePub) } as const;
  return accept(context, next, value);
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

export function decideRequest(
  context: JobContext,
  command: CommandOf<"approve" | "decline">,
): CommandOutcome {
  const found = asSteward(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record } = found;
  const id = decodeBase64url(command.request);
  const wanted =
    id.ok && record.requests.find((one) => equalBytes(one.id, id.value));
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
      : decided,
  );
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
