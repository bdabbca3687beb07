/** What comes of one entry of the log (docs/spec/circle.md, CI-40 to CI-50). */
import type { HaltReason } from "../ports/mls.ts";
import type { Circle, MemberRef } from "./circle.ts";
import type { CircleInfo } from "./circle-info.ts";
import type { ChainFault, LogMove } from "./circle-log.ts";
import type { PendingAct } from "./pending-act.ts";
import type { Standing } from "./roles.ts";
import type { Counted } from "./sent-count.ts";

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

/** A sign of life of a device, whatever it said. */
export interface Heard {
  readonly leaf: number;
  /** In which it sealed what it said. */
  readonly epoch: bigint;
  /** The number of what it said, where that has one. */
  readonly counted: Counted | undefined;
}

/** With what the author might do in the epoch in which it spoke, whatever came since. */
export interface ReadContent extends Standing, Heard {
  readonly messageId: Uint8Array;
  readonly author: MemberRef;
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
  /** Devices that were let in again in their own place. */
  readonly repaired: readonly AddedMember[];
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
  | (ReadEntry & {
      readonly kind: "own-message";
      /** In the epoch of the message. */
      readonly standing: Standing & {
        /** That epoch is the one that holds now: shared state counts. */
        readonly isCurrent: boolean;
        readonly epoch: bigint;
      };
    })
  | (ReadEntry & { readonly kind: "commit"; readonly commit: ReadCommit })
  /** A piece of a commit that comes in several entries; nothing counts yet. */
  | (ReadEntry & { readonly kind: "fragment" })
  /** Somebody asks to leave or shows new keys; the stewards' next commit takes it up. */
  | (ReadEntry & { readonly kind: "proposal"; readonly sender: MemberRef })
  /** It has no effect: all members say so, or it is not for us to read. */
  | (ReadEntry & {
      readonly kind: "skipped";
      readonly reason: SkipReason;
      /** For diagnosis. */
      readonly detail: string | undefined;
      /** Of `not-a-poster`: it was opened, and its number is not missing. */
      readonly heard?: Heard | undefined;
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
  /** A piece of a commit in several entries that is not the one that is missing, or a manifest that counts for nothing. */
  | "stray-fragment"
  /** Its key was used before: a copy, or a message whose place a copy took. */
  | "consumed"
  /** What stands around it does not fit this log and epoch. */
  | "bad-context"
  /** What opens it is not what its author's leaf and epoch say. */
  | "bad-header"
  /** What readers say to the list does not count, nor what members say where only stewards post. */
  | "not-a-poster"
  /** The circle was closed before. */
  | "closed"
  /** The verdict of MLS or of V, which `detail` names. */
  | "refused";
