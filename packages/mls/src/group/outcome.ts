/**
 * What came of a message (docs/spec/mls-profile.md, ML-1x). The distinction that matters most: `refused` is a verdict that every
 * member of the epoch reaches from the same log, so the message is skipped by all; `halted` is a failure that only
 * some members can see, so nobody may guess and this member must stop and be added again.
 */
import type { Proposal } from "../structs/proposal.ts";
import type { CommittedProposal, LeafChange } from "./committed-proposal.ts";
import type { GroupState, RosterEntry } from "./state.ts";

export interface CommitEffect {
  readonly kind: "commit";
  readonly committer: number;
  /** True when it is a commit of our own that came back as the winner. */
  readonly own: boolean;
  readonly hasPath: boolean;
  readonly proposals: readonly CommittedProposal[];
  readonly added: readonly LeafChange[];
  /** The leaves as they were before the commit. */
  readonly removed: readonly LeafChange[];
  readonly authenticatedData: Uint8Array;
}

export interface ProposalEffect {
  readonly kind: "proposal";
  readonly sender: number;
  readonly own: boolean;
  readonly reference: Uint8Array;
  readonly proposal: Proposal;
  readonly authenticatedData: Uint8Array;
}

export interface ApplicationEffect {
  readonly kind: "application";
  readonly epoch: bigint;
  readonly sender: number;
  /** Who held the sender's leaf in that epoch. */
  readonly author: RosterEntry;
  readonly generation: number;
  readonly data: Uint8Array;
  readonly authenticatedData: Uint8Array;
}

export type Effect = CommitEffect | ProposalEffect | ApplicationEffect;

/** Not addressed to this state; nothing is wrong with it as far as can be told. */
export type IgnoredReason =
  | "other-group"
  | "past-epoch"
  | "future-epoch"
  /** A Welcome, GroupInfo or KeyPackage: not for a member. */
  | "not-for-members";

/** Faults of framing and authentication. */
export type FramingRefusal =
  | "malformed"
  | "not-opened"
  | "consumed"
  | "too-far"
  | "unknown-sender"
  | "external-sender"
  | "bad-membership-tag"
  | "bad-signature"
  | "application-in-public";

/** Faults of a proposal, alone or in its list (RFC 9420, 12.1 and 12.2). */
export type ProposalRefusal =
  | "too-many-proposals"
  | "unknown-reference"
  | "unsupported-proposal"
  | "external-init"
  | "reinit"
  | "psk-usage"
  | "psk-nonce"
  | "duplicate-psk"
  | "unknown-leaf"
  | "update-by-value"
  | "update-by-committer"
  | "removes-committer"
  | "duplicate-leaf-change"
  | "duplicate-add"
  | "member-already"
  | "duplicate-extensions"
  | "duplicate-extension-type"
  | "unsupported-extension"
  | "required-capabilities"
  | "group-too-large"
  | "invalid-key-package"
  | "invalid-leaf"
  | "duplicate-key";

/** Faults of a commit that all members can see. */
export type CommitRefusal =
  | "path-required"
  | "invalid-path"
  | "invalid-tree"
  | "bad-confirmation-tag"
  /** Only when making one: our own PSK is missing, or we have sent as many handshakes as an epoch may have. */
  | "missing-psk"
  | "epoch-exhausted";

export interface Refusal {
  readonly code: FramingRefusal | ProposalRefusal | CommitRefusal | "policy";
  /** Finer than the code, for diagnosis; a policy's own code when the policy refused. */
  readonly detail?: string;
}

/** Faults of a handshake message that only this member (or its subtree) can see. */
export type HaltReason =
  | "path-not-opened"
  | "path-key-mismatch"
  | "confirmation-tag"
  | "missing-psk"
  | "missing-update-key"
  /** Our own commit came back, but without its pending half we cannot follow it and the others can. */
  | "missing-pending"
  /** Signed with our key from our leaf, but not sent by this state: a second copy of this device is alive. */
  | "own-leaf-elsewhere";

export type Outcome =
  | {
      readonly kind: "applied";
      readonly state: GroupState;
      readonly effect: Effect;
    }
  | { readonly kind: "ignored"; readonly reason: IgnoredReason }
  /**
   * An application message from our own leaf. No proof that this state sent it, nor that another copy of this device did:
   * every member can seal our signed words again. The state differs only by a key that we must not send under any more.
   */
  | {
      readonly kind: "ignored";
      readonly reason: "own-message";
      readonly state: GroupState;
    }
  /** For a handshake the state is the one given. */
  | {
      readonly kind: "refused";
      readonly state: GroupState;
      readonly reason: Refusal;
    }
  | {
      readonly kind: "halted";
      readonly reason: HaltReason;
      readonly committer: number;
    }
  /** We were removed: there is no state any more, and the caller erases the one it has. */
  | {
      readonly kind: "removed";
      readonly committer: number;
      readonly proposals: readonly CommittedProposal[];
      readonly authenticatedData: Uint8Array;
    };
