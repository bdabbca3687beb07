/** Which commits count (docs/spec/circle.md, CI-72, CI-77 to CI-80, CI-89): V's judgement of a commit as a whole. */
import type { CommitView, MlsPort, PolicyVerdict } from "../ports/mls.ts";
import { checkChange, findInvite, readCircle } from "./check-change.ts";
import { checkRoster } from "./check-roster.ts";
import type { CircleInfo } from "./circle-info.ts";
import { hasKey } from "./key-set.ts";
import { factsOf } from "./leaf-facts.ts";
import { leavesOf, rosterOf, usesOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";

/** The fault of a commit whose proposals and leaves were found valid one by one. */
export function checkCommit(
  mls: MlsPort,
  view: CommitView,
  circleId: Uint8Array,
): PolicyVerdict {
  const before = readCircle(view.group.context.extensions, circleId);
  if (typeof before === "string") return before;
  const fault = checkCommitter(mls, view, before);
  if (fault !== undefined) return fault;
  const after = readCircle(view.extensionsAfter, circleId);
  if (typeof after === "string") return after;
  const roster = rosterOf(mls, view.group.tree);
  const rosterAfter = rosterOf(mls, view.treeAfter);
  const added = rosterAfter.filter(({ leaf }) => view.added.includes(leaf));
  const removed = roster.filter(({ leaf }) => view.removed.includes(leaf));
  return (
    checkRemoved(roster, { removed, added }) ??
    checkChange(before, after, { removes: removed.length > 0 }) ??
    checkAdded(before, { added, roster, rosterAfter }) ??
    checkRoster(rosterAfter, after)
  );
}

/**
 * CI-72: a path is what can halt others, so only a steward's commit has one; commits of others are reserved. The check
 * comes before anything else of the commit is looked at.
 */
function checkCommitter(
  mls: MlsPort,
  { committer, group, hasPath, treeAfter }: CommitView,
  info: CircleInfo,
): PolicyVerdict {
  const node = mls.leafAt(group.tree, committer);
  const facts = node && factsOf(node);
  if (facts === undefined || !hasKey(info.stewards, facts.credential.memberKey))
    return "not-a-steward";
  if (!hasPath) return undefined;
  const leaf = mls.leafAt(treeAfter, committer);
  const renewed = leaf && factsOf(leaf)?.info.lastPathEpoch;
  return renewed === group.context.epoch ? undefined : "leaf-epoch";
}

/** CI-77, CI-78: a member goes with all devices, and does not come back in the same commit. */
function checkRemoved(
  roster: readonly RosterLeaf[],
  o: {
    readonly removed: readonly RosterLeaf[];
    readonly added: readonly RosterLeaf[];
  },
): PolicyVerdict {
  for (const { credential } of o.removed) {
    const { memberKey } = credential;
    const gone = leavesOf(o.removed, memberKey).length;
    if (gone < leavesOf(roster, memberKey).length) return "device-left-behind";
    if (leavesOf(o.added, memberKey).length > 0) return "reserved-repair";
  }
  return undefined;
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
