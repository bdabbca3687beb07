/**
 * Making a steward by the word of most members (docs/spec/engine.md, EN-122; rule A6): what members' devices said of it is gathered here,
 * and goes when the circle's policy has changed, because every word was for that policy.
 */
import { equalBytes } from "@halqa/bytes";
import { approverOf } from "../circle/approval.ts";
import type { Approval } from "../circle/approval.ts";
import type { Circle, CircleEnv } from "../circle/circle.ts";
import { hasKey } from "../circle/key-set.ts";
import { neededApprovals } from "../circle/plan-succession.ts";
import { leavesOf, rosterOf } from "../circle/roster.ts";
import type { CircleRecord, Petition } from "./durable.ts";
import { MAX_PETITIONS } from "./limits.ts";
import { none } from "./writes.ts";

/** Keeps a member's word if it holds for the circle as it is; another one of the same member takes its place. */
export function takeApproval(
  env: CircleEnv,
  record: CircleRecord,
  o: {
    /** Whose word it is, as the message that brought it says. */
    readonly by: Uint8Array;
    readonly memberKey: Uint8Array;
    readonly policyVersion: number;
    readonly approval: Approval;
  },
): CircleRecord {
  const { circle, petitions } = record;
  if (circle === undefined || !isAskable(circle, env, o)) return record;
  const { by, memberKey, policyVersion, approval } = o;
  const approver = approverOf(env.mls, circle.mls.tree, {
    info: circle.info,
    act: { act: "promote", subject: memberKey },
    approval,
  });
  if (approver === undefined || !equalBytes(approver, by)) return record;
  const given = { memberKey: by, ...approval };
  const known = petitions.find((one) => equalBytes(one.memberKey, memberKey));
  if (known === undefined) {
    if (petitions.length >= MAX_PETITIONS) return record;
    const begun: Petition = {
      memberKey,
      policyVersion,
      by,
      approvals: [given],
    };
    return { ...record, petitions: [...petitions, begun] };
  }
  const others = known.approvals.filter(
    (one) => !equalBytes(one.memberKey, by),
  );
  const more = { ...known, approvals: [...others, given] };
  return {
    ...record,
    petitions: petitions.map((one) => (one === known ? more : one)),
  };
}

function isAskable(
  { info, mls }: Circle,
  env: CircleEnv,
  o: { readonly memberKey: Uint8Array; readonly policyVersion: number },
): boolean {
  return (
    o.policyVersion === info.policyVersion &&
    info.settings.kind !== "direct" &&
    !info.isClosed &&
    !hasKey(info.stewards, o.memberKey) &&
    leavesOf(rosterOf(env.mls, mls.tree), o.memberKey).length > 0
  );
}

/** Without petitions that can come to nothing any more: the policy is another one, or somebody who gave their word is gone. */
export function freshPetitions(
  env: CircleEnv,
  record: CircleRecord,
): CircleRecord {
  const { circle, petitions } = record;
  if (circle === undefined || petitions.length === 0) return record;
  const roster = rosterOf(env.mls, circle.mls.tree);
  const fresh = petitions.flatMap((one) => {
    if (!isAskable(circle, env, one)) return [];
    const approvals = one.approvals.filter(
      ({ memberKey }) => leavesOf(roster, memberKey).length > 0,
    );
    return approvals.length === 0 ? [] : [{ ...one, approvals }];
  });
  return { ...record, petitions: fresh.length === 0 ? none : fresh };
}

/** Petitions that have what V asks for, and to which this device's person gave their word: it may carry them out. */
export function grantedPetitions(
  env: CircleEnv,
  { circle, petitions }: CircleRecord,
): readonly Petition[] {
  if (circle === undefined || petitions.length === 0) return [];
  const needed = neededApprovals(circle, env);
  return petitions.filter(
    ({ approvals }) =>
      approvals.length >= needed &&
      approvals.some((one) => equalBytes(one.memberKey, circle.memberKey)),
  );
}
