/**
 * What the application decides, as pure functions (RFC 9420, 5.3.1, 12.2 "An application may extend ..."; docs/spec/mls-profile.md, ML-4x).
 * Every callback is part of the validity of a commit, so it may look at its arguments and nothing else: no clock, no
 * database, no network, or two members come to different verdicts and the group splits.
 */
import type { Extension } from "../structs/extension.ts";
import type { GroupContext } from "../structs/group-context.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import type { Proposal } from "../structs/proposal.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import type { Limits } from "./limits.ts";
import type { CommittedProposal } from "./committed-proposal.ts";

/** A stable code that says why the policy refuses; undefined means that it accepts. */
export type PolicyVerdict = string | undefined;

/** The public half of a state: all that a policy may see of the group. */
export interface GroupView {
  readonly context: GroupContext;
  readonly tree: RatchetTree;
}

export interface ProposalView {
  readonly group: GroupView;
  readonly sender: number;
  readonly proposal: Proposal;
  readonly byReference: boolean;
  readonly authenticatedData: Uint8Array;
}

export interface CommitView {
  readonly group: GroupView;
  readonly committer: number;
  readonly proposals: readonly CommittedProposal[];
  readonly hasPath: boolean;
  readonly added: readonly number[];
  readonly removed: readonly number[];
  /** Tree and extensions as they will be when the commit is applied. */
  readonly treeAfter: RatchetTree;
  readonly extensionsAfter: readonly Extension[];
  readonly authenticatedData: Uint8Array;
}

export interface JoinView {
  readonly group: GroupView;
  readonly extensions: readonly Extension[];
  readonly signer: number;
  readonly ownLeafIndex: number;
}

export interface Policy {
  readonly limits: Limits;
  /** Proposal types of private use that this client understands. */
  readonly customProposals: ReadonlyMap<
    number,
    { readonly pathRequired: boolean }
  >;
  readonly checkProposal: (view: ProposalView) => PolicyVerdict;
  readonly checkCommit: (view: CommitView) => PolicyVerdict;
  /** Is the credential what it says, for this signature key? Asked for every new leaf and for all leaves on joining. */
  readonly checkLeaf: (leaf: LeafNode, groupId: Uint8Array) => PolicyVerdict;
  /** May `after` take the place of `before` in the same leaf? Asked for Update proposals and commit paths. */
  readonly checkSuccessor: (before: LeafNode, after: LeafNode) => PolicyVerdict;
  /**
   * A name for the client that a leaf stands for: two leaves with one name are one client. Identical signature keys are
   * one client in any case.
   */
  readonly clientOf: (leaf: LeafNode) => string;
  /** May we be in this group? Asked on joining and, with ourselves as signer, on founding. */
  readonly checkJoin: (view: JoinView) => PolicyVerdict;
}
