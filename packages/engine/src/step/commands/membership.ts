/**
 * Commands about the circle itself and who is what in it (docs/spec/engine.md, EN-121, EN-122): each leaves a wish that a commit carries
 * out, and says at once where there is nothing to wish.
 */
import { decodeBase64url, equalBytes } from "@halqa/bytes";
import { composeName, encodeContent } from "@halqa/model";
import type { Circle } from "../../circle/circle.ts";
import { hasKey } from "../../circle/key-set.ts";
import { MAX_DISAPPEARING_MINUTES } from "../../circle/limits.ts";
import { signApproval } from "../../circle/approval.ts";
import { roleOf } from "../../circle/roles.ts";
import type { Role } from "../../circle/roles.ts";
import { isSteward, membersOf } from "../../circle/roster.ts";
import type { Member } from "../../circle/roster.ts";
import type { CommandFault } from "../../views/command.ts";
import type { SettingsWish } from "../act.ts";
import type { CircleRecord } from "../durable.ts";
import { addIntent } from "../intents.ts";
import { MAX_INTENTS, MAX_OUTBOX, MAX_PETITIONS } from "../limits.ts";
import { createOutboxItem } from "../outbox.ts";
import { takeApproval } from "../petitions.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext } from "../job-context.ts";

export type MembershipCommand = CommandOf<
  | "promote"
  | "demote"
  | "make-reader"
  | "make-member"
  | "hold"
  | "let-return"
  | "ask-promotion"
  | "approve-promotion"
  | "rename-circle"
  | "change-settings"
  | "remove-picture"
  | "remove-charter"
  | "close-circle"
  | "leave-circle"
>;

interface MemberOf {
  readonly record: CircleRecord;
  readonly circle: Circle;
}

export function changeMembership(
  context: JobContext,
  command: MembershipCommand,
): CommandOutcome {
  if ("member" in command) return changeMember(context, command);
  return command.command === "leave-circle"
    ? leave(context, command)
    : changeCircle(context, command);
}

/** The circle, if this device is in it and it is not closed. */
function asMember(context: JobContext, id: string): MemberOf | CommandFault {
  const record = recordOf(context, id);
  if (record === undefined) return "unknown-circle";
  const { circle, desk, intents } = record;
  const isIn = desk.place === "in" || desk.place === "founding";
  if (circle === undefined || !isIn) return "not-a-member";
  if (circle.info.isClosed) return "closed";
  return intents.length < MAX_INTENTS ? { record, circle } : "outbox-full";
}

type CircleCommand = CommandOf<
  | "rename-circle"
  | "change-settings"
  | "remove-picture"
  | "remove-charter"
  | "close-circle"
>;

function changeCircle(
  context: JobContext,
  command: CircleCommand,
): CommandOutcome {
  const found = asMember(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  if (!isSteward(circle)) return refuse("not-a-steward");
  switch (command.command) {
    case "rename-circle": {
      const name = composeName(command.name);
      if (!name.ok) return refuse("bad-text");
      return accept(
        context,
        addIntent(record, { act: "rename", name: name.value }),
      );
    }
    case "change-settings": {
      const wish = wishOf(command);
      if (wish === undefined) return refuse("bad-number");
      return accept(context, addIntent(record, { act: "settings", wish }));
    }
    case "remove-picture":
      return accept(
        context,
        addIntent(record, { act: "picture", blob: undefined }),
      );
    case "remove-charter":
      return accept(
        context,
        addIntent(record, { act: "charter", blob: undefined }),
      );
    case "close-circle":
      return accept(context, addIntent(record, { act: "close" }));
  }
}

function wishOf({
  posting,
  adding,
  pinning,
  disappearing,
}: CommandOf<"change-settings">): SettingsWish | undefined {
  const isInRange =
    disappearing === undefined ||
    (Number.isSafeInteger(disappearing) &&
      disappearing >= 0 &&
      disappearing <= MAX_DISAPPEARING_MINUTES);
  if (!isInRange) return undefined;
  return {
    ...(posting === undefined ? {} : { posting }),
    ...(adding === undefined ? {} : { adding }),
    ...(pinning === undefined ? {} : { pinning }),
    ...(disappearing === undefined ? {} : { disappearing }),
  };
}

type MemberCommand = CommandOf<
  | "promote"
  | "demote"
  | "make-reader"
  | "make-member"
  | "hold"
  | "let-return"
  | "ask-promotion"
  | "approve-promotion"
>;

function changeMember(
  context: JobContext,
  command: MemberCommand,
): CommandOutcome {
  const found = asMember(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  const name = command.command;
  if (circle.info.settings.kind === "direct") return refuse("direct-circle");
  const key = decodeBase64url(command.member);
  if (!key.ok) return refuse("unknown-member");
  const memberKey = key.value;
  if (name === "let-return") {
    if (!isSteward(circle)) return refuse("not-a-steward");
    return hasKey(circle.info.held, memberKey)
      ? accept(context, addIntent(record, { act: name, memberKey }))
      : refuse("unknown-member");
  }
  const member = membersOf(circle, context.env).find((one) =>
    equalBytes(one.memberKey, memberKey),
  );
  if (member === undefined) return refuse("unknown-member");
  if (name === "ask-promotion" || name === "approve-promotion")
    return petition(context, { record, circle, member, command: name });
  const fault = faultOf(circle, member, name);
  if (fault !== undefined) return refuse(fault);
  return accept(context, addIntent(record, { act: name, memberKey }));
}

/** What each act takes somebody out of. */
const FROM: Readonly<
  Record<"promote" | "demote" | "make-reader" | "make-member", readonly Role[]>
> = {
  promote: ["member", "reader"],
  demote: ["steward"],
  "make-reader": ["member", "steward"],
  "make-member": ["reader"],
};

function faultOf(
  circle: Circle,
  { memberKey, isOwn }: Member,
  name: keyof typeof FROM | "hold",
): CommandFault | undefined {
  const { info } = circle;
  if (!isSteward(circle)) return "not-a-steward";
  if (name === "hold") return isOwn ? "unknown-member" : undefined;
  const role = roleOf(info, memberKey);
  if (!FROM[name].includes(role)) return "nothing-to-do";
  const isLast = role === "steward" && info.stewards.length === 1;
  return isLast ? "last-steward" : undefined;
}

/** EN-122: our own word leaves as a message; the first one for a member asks the others for theirs. */
function petition(
  context: JobContext,
  o: MemberOf & {
    readonly member: Member;
    readonly command: "ask-promotion" | "approve-promotion";
  },
): CommandOutcome {
  const { record, circle, member } = o;
  const { memberKey } = member;
  if (member.isSteward) return refuse("nothing-to-do");
  const known = record.petitions.find((one) =>
    equalBytes(one.memberKey, memberKey),
  );
  const isGiven = known?.approvals.some((one) =>
    equalBytes(one.memberKey, circle.memberKey),
  );
  if (isGiven === true) return refuse("nothing-to-do");
  if (known === undefined && o.command === "approve-promotion")
    return refuse("unknown-request");
  const isFull =
    record.outbox.length >= MAX_OUTBOX ||
    (known === undefined && record.petitions.length >= MAX_PETITIONS);
  if (isFull) return refuse("outbox-full");
  const act = { act: "promote", subject: memberKey } as const;
  const { leaf, signature } = signApproval(circle, act);
  const { policyVersion } = circle.info;
  const content = encodeContent({
    kind: "approval",
    member: memberKey,
    policyVersion,
    signature,
  });
  const given = takeApproval(context.env, record, {
    by: circle.memberKey,
    memberKey,
    policyVersion,
    approval: { leaf, signature },
  });
  const item = createOutboxItem(context.env, content);
  return accept(context, { ...given, outbox: [...given.outbox, item] });
}

/** Rule A6: a sole steward names another first, and both wishes wait together. */
function leave(
  context: JobContext,
  { circle: id, successor }: CommandOf<"leave-circle">,
): CommandOutcome {
  const found = asMember(context, id);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  const isSole = isSteward(circle) && circle.info.stewards.length === 1;
  if (!isSole) return accept(context, addIntent(record, { act: "leave" }));
  if (successor === undefined) return refuse("last-steward");
  const key = decodeBase64url(successor);
  const heir =
    key.ok &&
    membersOf(circle, context.env).find((one) =>
      equalBytes(one.memberKey, key.value),
    );
  if (!heir || heir.isOwn) return refuse("unknown-member");
  const { memberKey } = heir;
  const promoted = addIntent(record, { act: "promote", memberKey });
  return accept(context, addIntent(promoted, { act: "leave" }));
}
