/** The commit by which members make a steward by their own word (docs/spec/circle.md, CI-120, CI-121; rule A6). */
import { encodeHex, equalBytes } from "@halqa/bytes";
import type { CommitView, MlsPort, PolicyVerdict } from "../ports/mls.ts";
import { approverOf, majorityOf } from "./approval.ts";
import type { Approval } from "./approval.ts";
import { encodeCircleInfo } from "./circle-info.ts";
import type { CircleInfo } from "./circle-info.ts";
import { infoAfterSuccession, promotedBy } from "./succession.ts";
import { rosterOf } from "./roster.ts";

/**
 * CI-120, rule A6: a steward by the word of most members, and nothing else by it. What costs nothing is checked before any
 * signature, and the first wrong signature ends it: whoever floods pays for one.
 */
export function checkSuccession(
  mls: MlsPort,
  { group, proposals }: CommitView,
  o: {
    readonly before: CircleInfo;
    readonly after: CircleInfo;
    readonly approvals: readonly Approval[];
  },
): PolicyVerdict {
  const [proposal, ...others] = proposals;
  const isAlone =
    proposal?.proposal.kind === "group-context-extensions" &&
    others.length === 0;
  const promoted = promotedBy(o.before, o.after);
  if (!isAlone || promoted === undefined) return "not-a-steward";
  const wanted = encodeCircleInfo(infoAfterSuccession(o.before, promoted));
  if (!equalBytes(encodeCircleInfo(o.after), wanted)) return "not-a-steward";
  const members = new Set(
    rosterOf(mls, group.tree).map(({ credential }) =>
      encodeHex(credential.memberKey),
    ),
  );
  const needed = majorityOf(members.size);
  if (o.approvals.length < needed) return "not-approved";
  const approvers = new Set<string>();
  for (const approval of o.approvals) {
    const act = { act: "promote", subject: promoted } as const;
    const info = o.before;
    const approver = approverOf(mls, group.tree, { info, act, approval });
    if (approver === undefined) return "bad-approval";
    approvers.add(encodeHex(approver));
  }
  return approvers.size >= needed ? undefined : "not-approved";
}
