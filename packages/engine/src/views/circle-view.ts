/** One circle: its people, requests, invites and what is under way (docs/spec/views.md, VW-5). */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { isSteward } from "../circle/roster.ts";
import type { Circle } from "../circle/circle.ts";
import { createInviteLink, encodeInviteLink } from "../circle/invite-link.ts";
import { factsOf } from "../circle/leaf-facts.ts";
import { rosterOf as leavesOf, usesOf } from "../circle/roster.ts";
import type { Member } from "../circle/roster.ts";
import { hasKey } from "../circle/key-set.ts";
import { roleOf } from "../circle/roles.ts";
import { endOfInvite } from "../step/commands/join.ts";
import type { CircleRecord, InviteRecord } from "../step/durable.ts";
import { codeOfJoining, codeOfRequest } from "../step/join-check.ts";
import { subjectOf } from "../step/act.ts";
import type { Act } from "../step/act.ts";
import { safetyNumberOf } from "../circle/safety-number.ts";
import { membershipOf } from "./membership-view.ts";
import { movesIn, relaysIn } from "./relays-view.ts";
import { membersIn } from "./roster-view.ts";
import { presenceViewOf, removalViewOf } from "./presence-view.ts";
import { summaryOf } from "./summary-view.ts";
import type {
  CircleView,
  DeviceView,
  InviteView,
  MemberView,
  RepairRequestView,
  RequestView,
} from "./view.ts";
import type { JobContext } from "../step/job-context.ts";

export function circleViewOf(
  context: JobContext,
  record: CircleRecord,
): CircleView {
  const members = membersIn(context, record);
  return {
    view: "circle",
    summary: summaryOf(context, record),
    ...draftIn(record),
    ...membershipOf(record, members),
    members: members.map((one) => ({
      ...memberView(context, record, one),
      ...presenceViewOf(context, record, one),
    })),
    ...removalViewOf(context, record),
    requests: requestsOf(record),
    ...joinCodeOf(context, record),
    repairs: repairsOf(record),
    invites: invitesOf(context, record),
    pending: record.intents.flatMap(({ act }) => pendingView(act)),
    relays: relaysIn(context, record),
    moves: movesIn(context, record),
  };
}

function draftIn({ draft }: CircleRecord): Pick<CircleView, "draft"> {
  if (draft === undefined) return {};
  const { text, replyTo, named } = draft;
  return {
    draft: {
      text,
      ...(replyTo === undefined ? {} : { replyTo: encodeBase64url(replyTo) }),
      named: named.map(encodeBase64url),
    },
  };
}

function joinCodeOf(
  { env }: JobContext,
  record: CircleRecord,
): Pick<CircleView, "joinCode"> {
  const joinCode = codeOfJoining(env, record);
  return joinCode === undefined ? {} : { joinCode };
}

/** What a person wants. Of what is set nothing is shown but that it is: a picture's reference holds its key (VW-3). */
function pendingView(act: Act): CircleView["pending"] {
  const { act: name } = act;
  if (name === "rotate" || name === "tidy") return [];
  const isAbout = "memberKey" in act || "invitePub" in act || "request" in act;
  return [
    { act: name, subject: isAbout ? encodeBase64url(subjectOf(act)) : "" },
  ];
}

function memberView(
  { env }: JobContext,
  { circle, verified }: CircleRecord,
  member: Member,
): MemberView {
  const { memberKey, name, isOwn, isSteward: steward, leaves } = member;
  return {
    member: encodeBase64url(memberKey),
    name,
    own: isOwn,
    steward,
    role: circle === undefined ? "member" : roleOf(circle.info, memberKey),
    verified: hasKey(verified, memberKey),
    devices: leaves.length,
    deviceList: circle === undefined ? [] : devicesOf(env, circle, leaves),
  };
}

function devicesOf(
  { mls }: JobContext["env"],
  circle: Circle,
  leaves: readonly number[],
): readonly DeviceView[] {
  const { own, tree } = circle.mls;
  return leaves.flatMap((leaf) => {
    const node = mls.leafAt(tree, leaf);
    const facts = node && factsOf(node);
    return facts === undefined
      ? []
      : [{ device: facts.credential.deviceNo, own: leaf === own.leafIndex }];
  });
}

/** RP-34: nobody decides by a name alone. */
function repairsOf({
  repairDesk,
  circle,
}: CircleRecord): readonly RepairRequestView[] {
  return repairDesk.requests.map(({ id, memberKey, name, cause, state }) => ({
    id: encodeBase64url(id),
    member: encodeBase64url(memberKey),
    name,
    cause: cause === "called" ? "halted" : cause,
    state,
    number: circle === undefined ? "" : numberWith(circle, memberKey),
  }));
}

function numberWith({ info, memberKey: own }: Circle, other: Uint8Array) {
  const { circleId } = info;
  return equalBytes(own, other) ? "" : safetyNumberOf({ circleId, own, other });
}

function requestsOf(record: CircleRecord): readonly RequestView[] {
  const { requests, circle } = record;
  // Members' devices keep those that they let in by themselves; nobody has to decide about them.
  if (circle === undefined || !isSteward(circle)) return [];
  const { held } = circle.info;
  return requests.flatMap((one) => {
    const { id, name, invitePub, state, memberKey } = one;
    if (state === "closed") return [];
    const code = codeOfRequest(record, one);
    return [
      {
        id: encodeBase64url(id),
        name,
        invite: encodeBase64url(invitePub),
        state,
        held: hasKey(held, memberKey),
        checking: one.check !== undefined,
        ...(code === undefined ? {} : { code }),
      },
    ];
  });
}

function invitesOf(
  context: JobContext,
  record: CircleRecord,
): readonly InviteView[] {
  const { circle, invites } = record;
  if (circle === undefined) return [];
  const roster = leavesOf(context.env.mls, circle.mls.tree);
  const known = invites.filter(({ isAuto }) => isAuto || isSteward(circle));
  return known.map((one) => ({
    id: encodeBase64url(one.invitePub),
    link: encodeInviteLink(createInviteLink(circle, context.env, one)),
    maxUses: one.maxUses,
    auto: one.isAuto,
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
