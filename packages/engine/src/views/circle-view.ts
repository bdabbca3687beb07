/** One circle: its people, requests, invites and what is under way (docs/spec/views.md, VW-5). */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { isSteward } from "../circle/roster.ts";
import type { Circle } from "../circle/circle.ts";
import { createInviteLink, encodeInviteLink } from "../circle/invite-link.ts";
import { rosterOf as leavesOf, usesOf } from "../circle/roster.ts";
import type { Member } from "../circle/roster.ts";
import { endOfInvite } from "../step/commands/join.ts";
import type { CircleRecord, InviteRecord } from "../step/durable.ts";
import { subjectOf } from "../step/stored-acts.ts";
import { membersIn } from "./roster-view.ts";
import { summaryOf } from "./summary-view.ts";
import type {
  CircleView,
  InviteView,
  MemberView,
  RequestView,
} from "./view.ts";
import type { JobContext } from "../step/job-context.ts";

export function circleViewOf(
  context: JobContext,
  record: CircleRecord,
): CircleView {
  return {
    view: "circle",
    summary: summaryOf(context, record),
    members: membersIn(context, record).map(memberView),
    requests: requestsOf(record),
    invites: invitesOf(context, record),
    pending: record.intents.map(({ act }) => ({
      act: act.act,
      subject: encodeBase64url(subjectOf(act)),
    })),
  };
}

function memberView(member: Member): MemberView {
  const { memberKey, name, isOwn, isSteward: steward, leaves } = member;
  return {
    member: encodeBase64url(memberKey),
    name,
    own: isOwn,
    steward,
    devices: leaves.length,
  };
}

function requestsOf({ requests }: CircleRecord): readonly RequestView[] {
  return requests.flatMap(({ id, name, invitePub, state }) =>
    state === "closed"
      ? []
      : [
          {
            id: encodeBase64url(id),
            name,
            invite: encodeBase64url(invitePub),
            state,
          },
        ],
  );
}

function invitesOf(
  context: JobContext,
  record: CircleRecord,
): readonly InviteView[] {
  const { circle, invites } = record;
  if (circle === undefined || !isSteward(circle)) return [];
  const roster = leavesOf(context.env.mls, circle.mls.tree);
  return invites.map((one) => ({
    id: encodeBase64url(one.invitePub),
    link: encodeInviteLink(createInviteLink(circle, context.env, one.invite)),
    maxUses: one.maxUses,
    used: usesOf(roster, one.invitePub),
    expires: endOfInvite(one.invite.expiryDay),
    state: stateOf(context, circle, one),
  }));
}

function stateOf(
  { env }: JobContext,
  { info }: Circle,
  { invite, invitePub }: InviteRecord,
): InviteView["state"] {
  if (endOfInvite(invite.expiryDay) < env.now) return "ended";
  const isRecorded = info.invites.some((one) =>
    equalBytes(one.invitePub, invitePub),
  );
  return isRecorded ? "open" : "making";
}
