/**
 * Which proposals count (docs/spec/circle.md, CI-73, CI-74). By reference a member may renew the keys of its leaf, or leave;
 * whatever else a commit does stands in the commit itself, whose committer answers for it (check-commit.ts).
 */
import { equalBytes } from "@halqa/bytes";
import type {
  LeafNode,
  MlsPort,
  PolicyVerdict,
  ProposalView,
} from "../ports/mls.ts";
import { readCircle } from "./check-change.ts";
import { factsOf } from "./leaf-facts.ts";

/** The fault of one proposal, wherever it stands. */
export function checkProposal(
  mls: MlsPort,
  view: ProposalView,
  circleId: Uint8Array,
): PolicyVerdict {
  // CI-108: nothing is proposed in a circle that is closed.
  const info = readCircle(view.group.context.extensions, circleId);
  if (typeof info === "string") return info;
  return info.isClosed ? "closed" : checkKind(mls, view);
}

function checkKind(mls: MlsPort, view: ProposalView): PolicyVerdict {
  const { proposal, byReference } = view;
  switch (proposal.kind) {
    case "update":
      return checkUpdate(view, proposal.leafNode);
    case "remove":
      return byReference ? checkLeave(mls, view, proposal.removed) : undefined;
    case "add":
    case "group-context-extensions":
      return byReference ? "by-reference" : undefined;
    case "psk":
    case "reinit":
    case "external-init":
    case "custom":
      break;
  }
  return "proposal-type";
}

function checkUpdate({ group }: ProposalView, leaf: LeafNode): PolicyVerdict {
  const renewed = factsOf(leaf)?.info.lastPathEpoch;
  return renewed === group.context.epoch ? undefined : "leaf-epoch";
}

function checkLeave(
  mls: MlsPort,
  { group, sender }: ProposalView,
  removed: number,
): PolicyVerdict {
  const own = memberKeyAt(mls.leafAt(group.tree, sender));
  const other = memberKeyAt(mls.leafAt(group.tree, removed));
  const isOwn =
    own !== undefined && other !== undefined && equalBytes(own, other);
  return isOwn ? undefined : "remove-of-another";
}

function memberKeyAt(leaf: LeafNode | undefined): Uint8Array | undefined {
  return leaf && factsOf(leaf)?.credential.memberKey;
}
