/** Commands about invites from the outside: looking at a link, asking to join by it. */
import { encodeBase64url } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { composeName } from "@halqa/model";
import { decodeInviteLink } from "../../circle/invite-link.ts";
import type { InviteLink } from "../../circle/invite-link.ts";
import { createJoinRequest } from "../../circle/join-request.ts";
import {
  circleAgain,
  createCircleRecord,
  createOwnInbox,
} from "../circle-record.ts";
import type { CircleRecord } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import { isLeftOut } from "../left-out.ts";
import { MAX_CIRCLES } from "../limits.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext } from "../job-context.ts";

const DAY_MS = 86_400_000;

export function inspectInvite(
  { state }: JobContext,
  command: CommandOf<"inspect-invite">,
): CommandOutcome {
  const link = decodeInviteLink(command.link);
  if (!link.ok) return refuse("bad-invite");
  const { circleId, circleName, inviterName, relays } = link.value;
  return {
    durable: state.durable,
    value: {
      kind: "invite-details",
      circle: encodeBase64url(circleId),
      circleName,
      inviterName,
      relays: relays.map(({ url }) => url),
      expires: endOfInvite(link.value.expiryDay),
      auto: link.value.isAuto,
    },
  };
}

/** The last moment of an invite's last day. */
export function endOfInvite(expiryDay: number): number {
  return (expiryDay + 1) * DAY_MS - 1;
}

/** EN-60: the request is made and stored once; from then on it is the same bytes, whatever happens. */
export function requestJoin(
  context: JobContext,
  command: CommandOf<"request-join">,
): CommandOutcome {
  const { env, state } = context;
  const { root } = state.durable;
  if (root.profile === undefined) return refuse("no-profile");
  const name = composeName(command.memberName);
  if (!name.ok) return refuse("bad-text");
  const link = usableLink(context, command.link);
  if (!link.ok) return refuse(link.error);
  const id = encodeBase64url(link.value.circleId);
  const [relay] = link.value.relays;
  if (relay === undefined) return refuse("bad-invite");
  const inbox = createOwnInbox(env, relay);
  const asked = createJoinRequest(env, {
    link: link.value,
    identitySeed: root.identitySeed,
    memberName: name.value,
    relay,
    sendId: inbox.sendId,
    now: Math.floor(env.now / 1_000),
  });
  const joining = {
    ...asked,
    memberName: name.value,
    isSent: false,
    check: undefined,
    welcome: undefined,
  };
  const fresh = createCircleRecord({
    id,
    name: link.value.circleName,
    memberKey: asked.joining.memberKey,
    place: "waiting",
    now: env.now,
    inbox,
  });
  const record = { ...circleAgain(fresh, recordOf(context, id)), joining };
  return accept(context, record, { kind: "circle", circle: id });
}

function usableLink(
  { env, state }: JobContext,
  text: string,
): Result<
  InviteLink,
  "bad-invite" | "expired-invite" | "already-in" | "bad-number"
> {
  const link = decodeInviteLink(text);
  if (!link.ok) return { ok: false, error: "bad-invite" };
  const { expiryDay, circleId } = link.value;
  if (endOfInvite(expiryDay) < env.now)
    return { ok: false, error: "expired-invite" };
  const id = encodeBase64url(circleId);
  const { root, circles } = state.durable;
  const isErased = root.erasing.some(({ circle }) => circle === id);
  if (isErased || isHere(env, circles.get(id)))
    return { ok: false, error: "already-in" };
  if (!circles.has(id) && root.circles.length >= MAX_CIRCLES)
    return { ok: false, error: "bad-number" };
  return link;
}

function isHere(env: StepEnv, record: CircleRecord | undefined): boolean {
  switch (record?.desk.place) {
    case "founding":
    case "waiting":
    case "joining":
      return true;
    case "in":
      return !isLeftOut(env, record);
    case "declined":
    case "removed":
    case "halted":
    case "restored":
    case undefined:
      return false;
  }
}
