/** Which commits count (docs/spec/circle.md, CI-113, CI-79 to CI-80, CI-89): V's judgement of a commit as a whole. */
import type { CommitView, MlsPort, PolicyVerdict } from "../ports/mls.ts";
import { decodeAuthenticatedData } from "./authenticated-data.ts";
import { checkChange, readCircle } from "./check-change.ts";
import { findInvite } from "./check-invites.ts";
import { splitRepairs } from "./check-repair.ts";
import { checkRoles } from "./check-roles.ts";
import { checkRoster } from "./check-roster.ts";
import { checkMemberCommit } from "./check-member-commit.ts";
import type { CircleInfo } from "./circle-info.ts";
import { hasKey, withoutKeys } from "./key-set.ts";
import type { RelayPlace } from "./moved.ts";
import { factsOf } from "./leaf-facts.ts";
import { checkParts } from "./removal-wishes.ts";
import { leavesOf, rosterOf, usesOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";

/** The fault of a commit whose proposals and leaves were found valid one by one. */
export function checkCommit(
  mls: MlsPort,
  view: CommitView,
  {
    circleId,
    place,
  }: { readonly circleId: Uint8Array; readonly place: RelayPlace },
): PolicyVerdict {
  const before = readCircle(view.group.context.extensions, circleId);
  if (typeof before === "string") return before;
  if (before.isClosed) return "closed";
  const after = readCircle(view.extensionsAfter, circleId);
  const fault =
    checkCommitter(mls, view, { before, after }) ?? checkPathEpoch(mls, view);
  if (fault !== undefined) return fault;
  if (typeof after === "string") return after;
  const roster = rosterOf(mls, view.group.tree);
  const rosterAfter = rosterOf(mls, view.treeAfter);
  const added = rosterAfter.filter(({ leaf }) => view.added.includes(leaf));
  const removed = roster.filter(({ leaf }) => view.removed.includes(leaf));
  const change = splitRepairs({ added, removed });
  if (typeof change === "string") return change;
  const removes = change.removed.length > 0;
  return (
    checkParts(view, { roster, removed: change.removed }) ??
    checkChange(before, after, { removes, place }) ??
    checkAdded(before, { added: change.added, roster, rosterAfter }) ??
    checkHeld({ before, after, removed: change.removed }) ??
    checkRoster(rosterAfter, after) ??
    checkRoles(rosterAfter, after)
  );
}

/**
 * CI-113: a path is what can halt others, so only stewards make commits, and members those few that check-member-commit.ts
 * knows. The check comes before anything else of the commit is looked at.
 */
function checkCommitter(
  mls: MlsPort,
  view: CommitView,
  o: { readonly before: CircleInfo; readonly after: CircleInfo | string },
): PolicyVerdict {
  const node = mls.leafAt(view.group.tree, view.committer);
  const facts = node && factsOf(node);
  if (facts === undefined) return "not-a-steward";
  return hasKey(o.before.stewards, facts.credential.memberKey)
    ? checkNoApprovals(view)
    : checkMemberCommit(mls, view, { ...o, committer: facts });
}

/** A steward's commit needs nobody's word, and carries none: what it carries all would have to check. */
function checkNoApprovals({ authenticatedData }: CommitView): PolicyVerdict {
  const data = decodeAuthenticatedData(authenticatedData);
  return data.ok && data.value.approvals.length === 0
    ? undefined
    : "needless-approvals";
}

/** CI-89 */
function checkPathEpoch(
  mls: MlsPort,
  { committer, group, hasPath, treeAfter }: CommitView,
): PolicyVerdict {
  if (!hasPath) return undefined;
  const leaf = mls.leafAt(treeAfter, committer);
  const renewed = leaf && factsOf(leaf)?.info.lastPathEpoch;
  return renewed === group.context.epoch ? undefined : "leaf-epoch";
}

/** CI-105: whoever comes onto the list of the held goes with this commit: it is no list of strangers. */
function checkHeld(o: {
  readonly before: CircleInfo;
  readonly after: CircleInfo;
  readonly removed: readonly RosterLeaf[];
}): PolicyVerdict {
  const added = withoutKeys(o.after.held, o.before.held);
  const isStranger = added.some((key) => leavesOf(o.removed, key).length === 0);
  return isStranger ? "held-not-removed" : undefined;
}

/** CI-79, CI-80: whoever is new came by an invite of the epoch, which has uses left; a further device came by none. */
function checkAdded(
  before: CircleInfo,
  o: {
    readonly added: readonly RosterLeaf[];
    readonly roster: readonly RosterLeaf[];
    readonly rosterAfter: readonly RosterLeaf[];
  },
): PolicyVerdict {
  for (const { credential, info } of o.added) {
    const { memberKey } = credential;
    if (info.lastPathEpoch !== 0n) return "leaf-epoch";
    const isFurther = leavesOf(o.roster, memberKey).length > 0;
    if (info.invitePub === undefined) {
      if (isFurther) continue;
      return "not-invited";
    }
    if (isFurther || leavesOf(o.added, memberKey).length > 1)
      return "further-device-by-invite";
    const invite = findInvite(before, info.invitePub);
    if (invite === undefined) return "not-invited";
    if (usesOf(o.rosterAfter, info.invitePub) > invite.maxUses)
      return "invite-overspent";
  }
  return undefined;
}
