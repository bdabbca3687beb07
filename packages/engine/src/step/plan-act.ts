/** Commits for acts about the circle itself: its name, settings, roles and end (docs/spec/engine.md, EN-50, EN-55). */
import type { Result } from "@halqa/bytes";
import { equalBytes, err } from "@halqa/bytes";
import { planDevice } from "../circle/device-removal.ts";
import { isSameBlob } from "../circle/blob-reference.ts";
import type { Circle, CircleEnv } from "../circle/circle.ts";
import type { KeySet } from "../circle/key-set.ts";
import { planChange, planRemove } from "../circle/plan-commit.ts";
import type { PlannedCommit } from "../circle/plan-commit.ts";
import type { PlanFault } from "../circle/plan-fault.ts";
import { planRelease, planRole, planTidy } from "../circle/plan-role.ts";
import { planSuccession } from "../circle/plan-succession.ts";
import { areSameSettings } from "../circle/settings.ts";
import type { Act, MemberActName } from "./act.ts";
import { planRelays } from "./side/relay-act.ts";
import type { CircleRecord } from "./durable.ts";

/** Acts that a commit carries out and that need nothing but the circle. */
export type CircleAct = Exclude<
  Act,
  {
    readonly act: "invite" | "approve" | "revoke" | "leave" | "repair" | "link";
  }
>;

const OTHERS: readonly Act["act"][] = [
  "invite",
  "approve",
  "revoke",
  "leave",
  "repair",
  "link",
];

export function isCircleAct(act: Act): act is CircleAct {
  return !OTHERS.includes(act.act);
}

interface Planning {
  readonly record: CircleRecord;
  /** Invites that end on the way. */
  readonly revoke: KeySet;
}

/** A commit for the act, or why none is made. */
export function planAct(
  circle: Circle,
  env: CircleEnv,
  o: Planning & { readonly act: CircleAct },
): Result<PlannedCommit, PlanFault> {
  const { act, revoke } = o;
  if ("memberKey" in act) {
    const { act: name, memberKey } = act;
    return planForMember(circle, env, { ...o, name, memberKey });
  }
  if (act.act === "remove-device")
    return planDevice(circle, env, { device: act.device, revoke });
  if (act.act === "relays")
    return planRelays(circle, env, { wish: act.relays, revoke });
  return act.act === "tidy"
    ? planTidy(circle, env, { revoke })
    : planChanged(circle, env, { act, revoke });
}

function planForMember(
  circle: Circle,
  env: CircleEnv,
  o: Planning & {
    readonly name: MemberActName;
    readonly memberKey: Uint8Array;
  },
): Result<PlannedCommit, PlanFault> {
  const { name, memberKey, revoke } = o;
  const who = { memberKey, revoke };
  switch (name) {
    case "remove":
    case "hold":
      return planRemove(circle, env, {
        memberKeys: [memberKey],
        revoke,
        isHeld: name === "hold",
      });
    case "promote":
      return planRole(circle, env, {
        ...who,
        from: ["member", "reader"],
        to: "steward",
      });
    case "demote":
      return planRole(circle, env, { ...who, from: ["steward"], to: "member" });
    case "make-reader":
      return planRole(circle, env, {
        ...who,
        from: ["member", "steward"],
        to: "reader",
      });
    case "make-member":
      return planRole(circle, env, { ...who, from: ["reader"], to: "member" });
    case "let-return":
      return planRelease(circle, env, who);
    case "succeed": {
      const petition = o.record.petitions.find((one) =>
        equalBytes(one.memberKey, memberKey),
      );
      const approvals = petition?.approvals ?? [];
      return planSuccession(circle, env, { memberKey, approvals });
    }
  }
}

type ChangeAct = Extract<
  CircleAct,
  {
    readonly act:
      "rename" | "settings" | "picture" | "charter" | "close" | "rotate";
  }
>;

/** What is so already is not made again, also where invites end meanwhile: those go with the next commit that is needed. */
function planChanged(
  circle: Circle,
  env: CircleEnv,
  { act, revoke }: { readonly act: ChangeAct; readonly revoke: KeySet },
): Result<PlannedCommit, PlanFault> {
  if (isSoAlready(circle, act)) return err({ kind: "done" });
  switch (act.act) {
    case "rename":
      return planChange(circle, env, { name: act.name, revoke });
    case "settings":
      return planChange(circle, env, { settings: act.wish, revoke });
    case "picture":
      return planChange(circle, env, { picture: { blob: act.blob }, revoke });
    case "charter":
      return planChange(circle, env, { charter: { blob: act.blob }, revoke });
    case "close":
      return planChange(circle, env, { close: true });
    case "rotate":
      return planChange(circle, env, { rotate: true, revoke });
  }
}

function isSoAlready({ info }: Circle, act: ChangeAct): boolean {
  switch (act.act) {
    case "rename":
      return info.name === act.name;
    case "settings":
      return areSameSettings(info.settings, { ...info.settings, ...act.wish });
    case "picture":
      return isSameBlob(info.picture, act.blob);
    case "charter":
      return isSameBlob(info.charter, act.blob);
    case "close":
      return info.isClosed;
    case "rotate":
      return info.addressNumber !== act.from;
  }
}
