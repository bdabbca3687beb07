/** Acts of a steward about who is what, and the act that ends a circle (docs/spec/circle.md, CI-53, CI-102, CI-108). */
import { equalBytes, err } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { Proposal } from "../ports/mls.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { hasKey, withoutKeys } from "./key-set.ts";
import { planChange } from "./plan-commit.ts";
import type { PlannedCommit, Revoking } from "./plan-commit.ts";
import type { PlanFault } from "./plan-fault.ts";
import { roleOf } from "./roles.ts";
import type { Role } from "./roles.ts";
import { leavesOf, memberAt, rosterOf } from "./roster.ts";

/** What is to become of whom. `from` is what the act takes somebody out of: who is nothing of it is left as they are. */
export interface RoleWish extends Revoking {
  readonly memberKey: Uint8Array;
  readonly from: readonly Role[];
  readonly to: Role;
}

/** Makes a member a steward, a reader, or neither. */
export function planRole(
  circle: Circle,
  env: CircleEnv,
  { memberKey, from, to, ...o }: RoleWish,
): Result<PlannedCommit, PlanFault> {
  const { info } = circle;
  if (info.settings.kind === "direct") return err({ kind: "direct" });
  const roster = rosterOf(env.mls, circle.mls.tree);
  if (leavesOf(roster, memberKey).length === 0)
    return err({ kind: "unknown-member" });
  if (!from.includes(roleOf(info, memberKey))) return err({ kind: "done" });
  const stewards = withoutKeys(info.stewards, [memberKey]);
  const readers = withoutKeys(info.readers, [memberKey]);
  return planChange(circle, env, {
    ...o,
    stewards: to === "steward" ? [...stewards, memberKey] : stewards,
    readers: to === "reader" ? [...readers, memberKey] : readers,
  });
}

/** Takes somebody off the list of the held: the next invite may lead back in. */
export function planRelease(
  circle: Circle,
  env: CircleEnv,
  { memberKey, ...o }: Revoking & { readonly memberKey: Uint8Array },
): Result<PlannedCommit, PlanFault> {
  const isHeld = hasKey(circle.info.held, memberKey);
  if (!isHeld) return err({ kind: "done" });
  return planChange(circle, env, { ...o, release: [memberKey] });
}

/** Takes into effect what other members proposed: leaving, and new keys. */
export function planTidy(
  circle: Circle,
  env: CircleEnv,
  o: Revoking,
): Result<PlannedCommit, PlanFault> {
  return isProposedByOthers(circle, env, () => true)
    ? planChange(circle, env, { ...o, tidy: true })
    : err({ kind: "done" });
}

/** Whether another member proposed something of that kind which still waits. */
export function isProposedByOthers(
  circle: Circle,
  env: CircleEnv,
  isWanted: (kind: Proposal["kind"]) => boolean,
): boolean {
  return [...circle.mls.proposals.values()].some(({ proposal, sender }) => {
    const by = memberAt(circle, env, sender);
    const isOther =
      by !== undefined && !equalBytes(by.memberKey, circle.memberKey);
    return isOther && isWanted(proposal.kind);
  });
}
