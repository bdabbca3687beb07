/** Which join requests one commit can grant (docs/spec/circle.md, CI-55). */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { findInvite } from "./check-invites.ts";
import type { CircleInfo } from "./circle-info.ts";
import type { JoinRequest } from "./join-request.ts";
import { hasKey } from "./key-set.ts";
import { MAX_ADDS } from "./limits.ts";
import type { PlanFault } from "./plan-fault.ts";
import { usesOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";

/** Those of people who are not in yet, one for each, when their invites allow it. */
export function chooseRequests<
  R extends Pick<JoinRequest, "memberKey" | "invitePub">,
>(
  info: CircleInfo,
  roster: readonly RosterLeaf[],
  requests: readonly R[],
): Result<readonly R[], PlanFault> {
  const known = roster.map(({ credential }) => credential.memberKey);
  const chosen: R[] = [];
  for (const request of requests) {
    const { memberKey } = request;
    const isIn = hasKey(
      [...known, ...chosen.map((one) => one.memberKey)],
      memberKey,
    );
    if (!isIn) chosen.push(request);
  }
  if (chosen.length > MAX_ADDS) return err({ kind: "too-many" });
  for (const { invitePub } of chosen) {
    const invite = findInvite(info, invitePub);
    if (invite === undefined) return err({ kind: "unknown-invite" });
    const more = chosen.filter((one) => hasKey([one.invitePub], invitePub));
    if (usesOf(roster, invitePub) + more.length > invite.maxUses)
      return err({ kind: "overspent" });
  }
  return ok(chosen);
}
