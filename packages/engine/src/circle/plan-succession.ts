/** The commit by which any member makes a steward when most members gave their word (docs/spec/circle.md, CI-120; rule A6). */
import { encodeHex, err } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { approverOf, majorityOf } from "./approval.ts";
import type { Approval } from "./approval.ts";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { CIRCLE_EXTENSION, encodeCircleInfo } from "./circle-info.ts";
import { ownAuthenticatedData } from "./group-env.ts";
import { hasKey } from "./key-set.ts";
import { MAX_STEWARDS } from "./limits.ts";
import { renewedLeaf } from "./own-leaf.ts";
import { sealCommit } from "./plan-commit.ts";
import type { PlannedCommit } from "./plan-commit.ts";
import type { PlanFault } from "./plan-fault.ts";
import { leavesOf, rosterOf } from "./roster.ts";
import { infoAfterSuccession } from "./succession.ts";

/** Nothing else goes with it: no proposal of others, no invite. */
export function planSuccession(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly memberKey: Uint8Array;
    readonly approvals: readonly Approval[];
  },
): Result<PlannedCommit, PlanFault> {
  const fault = faultOf(circle, env, o.memberKey);
  if (fault !== undefined) return err(fault);
  const approvals = countedApprovals(circle, env, o);
  if (approvals.length < neededApprovals(circle, env))
    return err({ kind: "not-approved" });
  const info = infoAfterSuccession(circle.info, o.memberKey);
  const data = encodeCircleInfo(info);
  const extensions = [{ type: CIRCLE_EXTENSION, data }];
  const options = {
    proposals: [{ kind: "group-context-extensions" as const, extensions }],
    references: [],
    leaf: { extensions: [renewedLeaf(circle, env)] },
    authenticatedData: ownAuthenticatedData(circle, approvals),
  };
  return sealCommit(circle, env, { options, requests: [] });
}

function faultOf(
  circle: Circle,
  env: CircleEnv,
  memberKey: Uint8Array,
): PlanFault | undefined {
  const { info } = circle;
  if (isPaused(circle)) return { kind: "paused" };
  if (info.isClosed) return { kind: "closed" };
  if (info.settings.kind === "direct") return { kind: "direct" };
  if (hasKey(info.stewards, memberKey)) return { kind: "done" };
  if (info.stewards.length >= MAX_STEWARDS) return { kind: "too-many" };
  const roster = rosterOf(env.mls, circle.mls.tree);
  return leavesOf(roster, memberKey).length === 0
    ? { kind: "unknown-member" }
    : undefined;
}

/** Those that V will count, one for each member, as many as are needed and in the order of their leaves. */
function countedApprovals(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly memberKey: Uint8Array;
    readonly approvals: readonly Approval[];
  },
): readonly Approval[] {
  const byMember = new Map<string, Approval>();
  for (const approval of o.approvals) {
    const approver = approverOf(env.mls, circle.mls.tree, {
      info: circle.info,
      act: { act: "promote", subject: o.memberKey },
      approval,
    });
    if (approver !== undefined) byMember.set(encodeHex(approver), approval);
  }
  return [...byMember.values()]
    .slice(0, neededApprovals(circle, env))
    .toSorted((one, other) => one.leaf - other.leaf);
}

/** Members whose word a succession needs in the circle as it is. */
export function neededApprovals(circle: Circle, env: CircleEnv): number {
  const members = new Set(
    rosterOf(env.mls, circle.mls.tree).map(({ credential }) =>
      encodeHex(credential.memberKey),
    ),
  );
  return majorityOf(members.size);
}
