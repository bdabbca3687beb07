/**
 * The few commits that count though no steward made them (docs/spec/circle.md, CI-113, CI-120, CI-132). Everything else that a member commits
 * is refused before more of it is looked at.
 */
import { equalBytes } from "@halqa/bytes";
import type { CommitView, MlsPort, PolicyVerdict } from "../ports/mls.ts";
import { decodeAuthenticatedData } from "./authenticated-data.ts";
import { findInvite } from "./check-invites.ts";
import { checkSuccession } from "./check-succession.ts";
import type { CircleInfo } from "./circle-info.ts";
import { factsOf } from "./leaf-facts.ts";
import type { LeafFacts } from "./leaf-facts.ts";

export interface MemberCommit {
  /** Who is no steward. */
  readonly committer: LeafFacts;
  readonly before: CircleInfo;
  /** Or why what the commit leads to is none. */
  readonly after: CircleInfo | string;
}

/** Undefined when the commit counts although a member made it. */
export function checkMemberCommit(
  mls: MlsPort,
  view: CommitView,
  o: MemberCommit,
): PolicyVerdict {
  const { before, after, committer } = o;
  const data = decodeAuthenticatedData(view.authenticatedData);
  const approvals = data.ok ? data.value.approvals : [];
  if (approvals.length > 0 && typeof after !== "string")
    return checkSuccession(mls, view, { before, after, approvals });
  const isAllowed =
    !view.hasPath &&
    view.proposals.length > 0 &&
    view.proposals.every((one) => isOwnAdd(before, committer, one));
  return isAllowed ? undefined : "not-a-steward";
}

/** Somebody who came by an invite with `auto`, or a further device of the committer. */
function isOwnAdd(
  before: CircleInfo,
  { credential }: LeafFacts,
  { proposal, byReference }: CommitView["proposals"][number],
): boolean {
  if (proposal.kind !== "add" || byReference) return false;
  const added = factsOf(proposal.keyPackage.leafNode);
  if (added === undefined) return false;
  const { invitePub } = added.info;
  return invitePub === undefined
    ? equalBytes(credential.memberKey, added.credential.memberKey)
    : findInvite(before, invitePub)?.auto !== undefined;
}
