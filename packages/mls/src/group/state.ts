/**
 * The state of one member in one group, as plain frozen data (RFC 9420, section 8; docs/spec/mls-profile.md, ML-2x).
 * It falls into two parts: what a message changes (secret trees, cached and sent proposals) and what only a commit
 * changes (everything else). No function of this package ever mutates a state: each returns a new one.
 */
import type { KeyPair, RandomBytes } from "@halqa/crypto";
import type { Credential } from "../structs/credential.ts";
import type { GroupContext } from "../structs/group-context.ts";
import type { PreSharedKeyId } from "../structs/pre-shared-key.ts";
import type { Proposal } from "../structs/proposal.ts";
import type { SecretTree } from "../schedule/secret-tree.ts";
import type { Suite } from "../suite.ts";
import type { PrivatePath, RatchetTree } from "../tree/ratchet-tree.ts";
import type { Policy } from "./policy.ts";

/** What is kept of an epoch's key schedule: only secrets that still have a use. */
export interface KeptSecrets {
  readonly senderDataSecret: Uint8Array;
  readonly exporterSecret: Uint8Array;
  readonly membershipKey: Uint8Array;
  readonly resumptionPsk: Uint8Array;
  readonly epochAuthenticator: Uint8Array;
  readonly initSecret: Uint8Array;
}

/** A proposal that was seen in this epoch and may be committed by reference. */
export interface CachedProposal {
  readonly reference: Uint8Array;
  readonly sender: number;
  readonly proposal: Proposal;
}

/** The new private keys that wait for an own Update proposal to be committed. */
export interface UpdateKeys {
  readonly leafKey: KeyPair;
  readonly signatureSeed: Uint8Array;
}

/** An own proposal that left this device; it enters the cache only when the log shows it. */
export interface SentProposal {
  readonly kind: "proposal";
  /** Of what is signed, and the signature: no member can change it by sealing the message again. */
  readonly messageHash: Uint8Array;
  readonly reference: Uint8Array;
  readonly proposal: Proposal;
  readonly authenticatedData: Uint8Array;
  readonly updateKeys: UpdateKeys | undefined;
}

/** An own commit that left this device; its private half is a PendingCommit, which the caller keeps. */
export interface SentCommit {
  readonly kind: "commit";
  readonly messageHash: Uint8Array;
}

/** Own handshake messages of this epoch, known again by what was signed. */
export type SentHandshake = SentProposal | SentCommit;

/** Who spoke from a leaf: enough to check and attribute a late message. */
export interface RosterEntry {
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
}

/** What is kept of an earlier epoch, for late application messages only. */
export interface PastEpoch {
  readonly epoch: bigint;
  readonly groupContext: Uint8Array;
  readonly senderDataSecret: Uint8Array;
  readonly roster: readonly (RosterEntry | undefined)[];
  readonly secretTree: SecretTree;
}

export interface OwnLeaf {
  readonly leafIndex: number;
  readonly signatureSeed: Uint8Array;
  readonly privatePath: PrivatePath;
}

export interface GroupState {
  readonly suiteId: number;
  readonly context: GroupContext;
  /** The encoded `context`: it is signed and derived from many times an epoch. */
  readonly contextBytes: Uint8Array;
  readonly tree: RatchetTree;
  readonly own: OwnLeaf;
  readonly secrets: KeptSecrets;
  readonly confirmationTag: Uint8Array;
  readonly interimTranscriptHash: Uint8Array;
  readonly secretTree: SecretTree;
  /** By hexadecimal reference, in the order seen. */
  readonly proposals: ReadonlyMap<string, CachedProposal>;
  readonly sent: readonly SentHandshake[];
  /** Newest first. */
  readonly past: readonly PastEpoch[];
}

/** Everything a call may depend on besides the state and the message. */
export interface GroupEnv {
  readonly suite: Suite;
  readonly random: RandomBytes;
  readonly policy: Policy;
  /** External PSKs, and resumption PSKs of other groups or earlier epochs. */
  readonly pskFor?: (id: PreSharedKeyId) => Uint8Array | undefined;
}
