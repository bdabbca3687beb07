/** What a commit covers and what it changes, as policies and outcomes speak of it. */
import type { LeafNode } from "../structs/leaf-node.ts";
import type { Proposal } from "../structs/proposal.ts";

/** A proposal of a commit with the leaf that is answerable for it. */
export interface CommittedProposal {
  readonly sender: number;
  readonly proposal: Proposal;
  readonly byReference: boolean;
}

export interface LeafChange {
  readonly leafIndex: number;
  readonly leaf: LeafNode;
}
