/**
 * What a history asks of a member, whichever implementation it runs. Everything between members is bytes on the wire
 * (RFC 9420, section 6), so implementations can be mixed in one group.
 */
import type { GroupState } from "../src/index.ts";

export interface PskChoice {
  readonly kind: "external" | "resumption";
  /** The identifier, or the epoch whose resumption PSK is meant. */
  readonly id: Uint8Array;
  readonly epoch: bigint;
}

/** A change to the group, by value in a commit or by reference. Members are named by identity. */
export type Change =
  | {
      readonly kind: "add";
      readonly identity: string;
      readonly keyPackage: Uint8Array;
    }
  | { readonly kind: "remove"; readonly identity: string }
  | { readonly kind: "psk"; readonly psk: PskChoice }
  | { readonly kind: "context"; readonly data: Uint8Array }
  | { readonly kind: "custom"; readonly data: Uint8Array };

export type ByReference =
  Change | { readonly kind: "update"; readonly newSignatureKey: boolean };

export interface CommitRequest {
  readonly changes: readonly Change[];
  /** Whether the proposals seen in this epoch are committed as well. */
  readonly references: "all" | "none";
  readonly forcePath: boolean;
  readonly wireFormat: "private" | "public";
  readonly padding: number;
  readonly newSignatureKey: boolean;
  /** A commit that the log refuses: another one was first. */
  readonly fate: "wins" | "loses";
}

export interface Invitation {
  readonly welcome: Uint8Array;
  /** The tree, when it is not inside the Welcome. */
  readonly tree: Uint8Array | undefined;
}

export interface InviteRequest {
  readonly joiners: readonly string[];
  readonly treeInWelcome: boolean;
  readonly batches: number;
}

export interface MadeCommit {
  readonly message: Uint8Array;
  /** Called when the commit was applied by its maker; the invitation of each joiner, by identity. */
  invite(request: InviteRequest): Promise<ReadonlyMap<string, Invitation>>;
}

/** One proposal of an applied commit, in the order of the commit. */
export type Committed =
  | { readonly kind: "add"; readonly identity: string }
  | { readonly kind: "remove" | "update"; readonly leaf: number }
  | { readonly kind: "psk" | "context" | "custom" };

export type Verdict =
  | {
      readonly kind: "commit";
      readonly hasPath: boolean;
      readonly committed: readonly Committed[];
    }
  | { readonly kind: "proposal" }
  | {
      readonly kind: "text";
      readonly data: Uint8Array;
      readonly sender: string;
    }
  | { readonly kind: "removed" }
  /** Did not apply and changed nothing that matters: ignored or refused, with the reason. */
  | { readonly kind: "not-applied"; readonly why: string }
  | { readonly kind: "halted"; readonly why: string };

export interface Member {
  readonly identity: string;
  readonly kind: "halqa" | "openmls";
  /** A fresh KeyPackage as an MLSMessage; its private half waits in the member. */
  keyPackage(): Promise<Uint8Array>;
  create(groupId: Uint8Array): Promise<void>;
  /** Undefined when joined, otherwise why not. */
  join(invitation: Invitation): Promise<string | undefined>;
  propose(
    change: ByReference,
    wireFormat: "private" | "public",
  ): Promise<Uint8Array>;
  commit(request: CommitRequest): Promise<MadeCommit>;
  process(message: Uint8Array): Promise<Verdict>;
  encrypt(data: Uint8Array): Promise<Uint8Array>;
  /** Everything but what is on disk is lost. */
  restart(): Promise<void>;
  epoch(): Promise<bigint>;
  /** Identities in the order of the leaves. */
  roster(): Promise<readonly string[]>;
  exporter(): Promise<Uint8Array>;
}

/** A member whose insides can be looked at. */
export interface OpenMember extends Member {
  readonly kind: "halqa";
  state(): GroupState;
  /** The state at the end of every epoch that this member has seen, and the current one. */
  states(): readonly GroupState[];
  /** The private halves of KeyPackages, used or not. */
  keyPairs(): readonly unknown[];
}

export function isOpen(member: Member): member is OpenMember {
  return member.kind === "halqa";
}
