/** Roles, settings and what the person may do in a circle (docs/spec/views.md, VW-10 to VW-13). */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { majorityOf } from "../circle/approval.ts";
import type { Circle } from "../circle/circle.ts";
import { roleOf, standingIn } from "../circle/roles.ts";
import type { Member } from "../circle/roster.ts";
import type { CircleRecord } from "../step/durable.ts";
import type {
  CircleView,
  EndView,
  MayView,
  MemberRole,
  PetitionView,
  SettingsView,
} from "./view.ts";

type Membership = Pick<
  CircleView,
  "settings" | "may" | "held" | "petitions" | "hasPicture" | "hasCharter"
>;

const nothing: MayView = {
  post: false,
  pin: false,
  add: false,
  manage: false,
  leave: false,
  petition: false,
};

export function membershipOf(
  record: CircleRecord,
  members: readonly Member[],
): Membership {
  const { circle } = record;
  if (circle === undefined)
    return {
      may: nothing,
      held: [],
      petitions: [],
      hasPicture: false,
      hasCharter: false,
    };
  const { info } = circle;
  return {
    settings: settingsOf(circle),
    may: mayOf(circle, members),
    held: info.held.map((key) => ({ member: encodeBase64url(key) })),
    petitions: petitionsOf(record, circle, members),
    hasPicture: info.picture !== undefined,
    hasCharter: info.charter !== undefined,
  };
}

/** The person's role here; of one who is not in, that of nobody in particular. */
export function ownRole({ circle }: CircleRecord): MemberRole {
  return circle === undefined
    ? "member"
    : roleOf(circle.info, circle.memberKey);
}

export function endOf({ desk }: CircleRecord): EndView | undefined {
  const { ended } = desk;
  if (ended === undefined) return undefined;
  const { how, by, at } = ended;
  if (by === undefined) return { how, at };
  const member = encodeBase64url(by.memberKey);
  const own = equalBytes(by.memberKey, desk.memberKey);
  return { how, at, by: { member, name: by.name, own } };
}

function settingsOf({ info }: Circle): SettingsView {
  const { kind, posting, adding, pinning, disappearing } = info.settings;
  return { kind, posting, adding, pinning, disappearing };
}

function mayOf(
  { info, memberKey }: Circle,
  members: readonly Member[],
): MayView {
  if (info.isClosed) return nothing;
  const { role, mayPost, mayPin } = standingIn(info, memberKey);
  const isSteward = role === "steward";
  const isSole = isSteward && info.stewards.length === 1;
  const isDirect = info.settings.kind === "direct";
  const isFull = isDirect && members.length >= 2;
  return {
    post: mayPost,
    pin: mayPin,
    add: isSteward && !isFull,
    manage: isSteward,
    leave: !isSole,
    petition: !isDirect && members.length >= 2,
  };
}

function petitionsOf(
  { petitions }: CircleRecord,
  { memberKey: own }: Circle,
  members: readonly Member[],
): readonly PetitionView[] {
  return petitions.map(({ memberKey, by, approvals }) => ({
    member: encodeBase64url(memberKey),
    by: encodeBase64url(by),
    approvals: approvals.length,
    needed: majorityOf(members.length),
    approved: approvals.some((one) => equalBytes(one.memberKey, own)),
  }));
}
