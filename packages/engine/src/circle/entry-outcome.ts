/** What comes of one entry of the log (docs/spec/circle.md, CI-40 to CI-50). */
import type { HaltReason } from "../ports/mls.ts";
import type { Circle, MemberRef } from "./circle.ts";
import type { CircleInfo } from "./circle-info.ts";
import type { ChainFault, LogMove } from "./circle-log.ts";
import type { PendingAct } from "./pending-act.ts";

/** A member says that the log was another one for it. Members can lie about this, so it proves nothing alone. */
export interface ChainAlarm extends ChainFault {
  readonly witness: MemberRef;
}

/** The entry was read: adopt `circle` and go on to the next one. */
export interface ReadEntry {
  readonly circle: Circle;
  readonly seq: number;
  /** SHA-256 of the body: by it a sender knows its own entries. */
  readonly entryId: Uint8Array;
  readonly alarms: readonly ChainAlarm[];
  /** Nothing behind this entry counts in its log; reading and writing go on in the next one. */
  readonly moved: LogMove | undefined;
}

export interface ReadContent {
  readonly messageId: Uint8Array;
  readonly author: MemberRef;
  readonly leaf: number;
  readonly epoch: bigint;
  /** False when it was sealed in an earlier epoch: chat counts, shared state does not. */
  readonly isCurrent: boolean;
  /** Minutes since 1970, by the author's clock. */
  readonly minute: number;
  readonly bytes: Uint8Array;
}

/** Whom a commit let in. */
export interface AddedMember extends MemberRef {
  readonly leaf: number;
  readonly invitePub: Uint8Array | undefined;
}

/** Whom a commit took out, with all devices. */
export interface RemovedMember extends MemberRef {
  /** The member asked for it. */
  readonly isOwnWish: boolean;
}

/** What a commit did. */
export interface ReadCommit {
  readonly committer: MemberRef;
  readonly isOwn: boolean;
  readonly added: readonly AddedMember[];
  /** One for each member. */
  readonly removed: readonly RemovedMember[];
  /** The circle as it was before. */
  readonly infoBefore: CircleInfo;
  /**
   * The act of ours that won. When it has joiners, their Welcomes are built from the outcome's `circle` at once, and stored
   * with it: a later state cannot build them.
   */
  readonly won: PendingAct | undefined;
}

export type EntryOutcome =
  | (ReadEntry & { readonly kind: "content"; readonly content: ReadContent })
  /**
   * An application message of our own leaf. It is ours when `entryId` says so; any other is a copy that somebody sealed
   * again: what of ours lies behind it in this epoch may have lost its key to it and is sent again, under the same ids.
   */
  | (ReadEntry & { readonly kind: "own-message" })
  | (ReadEntry & { readonly kind: "commit"; readonly commit: ReadCommit })
  /** Somebody asks to leave or shows new keys; the stewards' next commit takes it up. */
  | (ReadEntry & { readonly kind: "proposal"; readonly sender: MemberRef })
  /** It has no effect: all members say so, or it is not for us to read. */
  | (ReadEntry & {
      readonly kind: "skipped";
      readonly reason: SkipReason;
      /** For diagnosis. */
      readonly detail: string | undefined;
    })
  /** Not the entry that comes next in the current log. Nothing was read: `gap` means that entries are missing before it. */
  | {
      readonly kind: "out-of-order";
      readonly reason: "other-log" | "seen" | "gap";
    }
  /** The circle asks for a newer version of this program: read nothing more, and keep the entries for it. */
  | { readonly kind: "paused" }
  /** Others may have followed a commit that we cannot follow: read and write nothing more. */
  | {
      readonly kind: "halted";
      readonly reason: HaltReason;
      readonly committer: MemberRef | undefined;
    }
  /** We are out: erase the circle's keys. */
  | { readonly kind: "removed"; readonly by: MemberRef | undefined };

export type SkipReason =
  /** No key of the last epochs opens it: too late, or noise. */
  | "not-opened"
  /** What the envelope holds is no message of this circle, of the envelope's epoch, or of a kind that belongs in a log. */
  | "misplaced"
  /** A commit or proposal of an epoch that has ended: it lost the race. */
  | "late-handshake"
  /** Its key was used before: a copy, or a message whose place a copy took. */
  | "consumed"
  /** What stands around it does not fit this log and epoch. */
  | "bad-context"
  /** What opens it is not what its author's leaf and epoch say. */
  | "bad-header"
  /** The verdict of MLS or of V, which `detail` names. */
  | "refused";
