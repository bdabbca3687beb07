/**
 * What survives: everything that a device knows, apart from items, as it stands in the store after the last transaction
 * (docs/spec/engine.md, EN-10 to EN-17). Only jobs of the lane change it, each as a whole, and what changed is written by
 * comparing before and after (`writes.ts`), so that nothing can be forgotten in a transaction.
 */
import type { Summary } from "@halqa/model";
import type { SearchState } from "./search/search-state.ts";
import type { Circle } from "../circle/circle.ts";
import type { ChainFault } from "../circle/circle-log.ts";
import type { Invite, InviteKeys } from "../circle/invite-secret.ts";
import type { Joining } from "../circle/joining.ts";
import type { Entering } from "../circle/linked-join.ts";
import type { PendingAct } from "../circle/pending-act.ts";
import type { RelayRecord } from "../circle/relay-record.ts";
import type { EntryToAppend } from "../circle/seal-fragments.ts";
import type { Act } from "./act.ts";
import type { Draft } from "./draft.ts";
import type { StoredFile } from "./files/stored-file.ts";
import type { Linking } from "./linking-record.ts";
import type { Counted } from "../circle/sent-count.ts";
import type { Presence } from "./presence/presence.ts";
import type { SentMessage } from "./presence/sent-message.ts";
import type { Rebuild, Repair, RepairDesk } from "./repair-record.ts";
import type { StoredMove } from "./side/move-record.ts";
import type { OwnInbox, InboxOwner, Delivery } from "./mail.ts";

export interface Durable {
  readonly root: Root;
  /** Another device of the person is being linked, or was (docs/spec/linking.md). */
  readonly linking: Linking | undefined;
  /** By circle id, base64url. */
  readonly circles: ReadonlyMap<string, CircleRecord>;
}

export interface Root {
  /** Stands for the person on this device; the member key of every circle follows from it. */
  readonly identitySeed: Uint8Array;
  readonly profile: { readonly name: string } | undefined;
  /** Default relays since their first use, the newest last: another key under such an address is not taken. */
  readonly homes: readonly RelayRecord[];
  /** The address of the one at which the person wants new circles; undefined: the one that the app offers. */
  readonly home?: string | undefined;
  /** In the order in which they came. */
  readonly circles: readonly string[];
  /** Circles that were forgotten, and how many of their items are still stored. */
  readonly erasing: readonly {
    readonly circle: string;
    readonly items: number;
  }[];
}

export interface CircleRecord {
  readonly id: string;
  readonly desk: Desk;
  /** The keys; undefined before joining and after removal. */
  readonly circle: Circle | undefined;
  /** Changes to them that are stored one by one since the message part was last written whole. */
  readonly deltas: number;
  readonly joining: JoiningRecord | undefined;
  /** A device of the same person takes this one in (docs/spec/linking.md). */
  readonly entering: EnteringRecord | undefined;
  /** This device is out of step and asks to be let in again (docs/spec/repair.md). */
  readonly repair: Repair | undefined;
  /** The circle is being built anew, by this device or by one that it follows. */
  readonly rebuild: Rebuild | undefined;
  /** What it keeps to judge others who ask for that. */
  readonly repairDesk: RepairDesk;
  /** What the person has begun to write. */
  readonly draft: Draft | undefined;
  /** In the order in which they are to be sent. */
  readonly outbox: readonly OutboxItem[];
  readonly intents: readonly Intent[];
  /** The commit that is under way; never more than one. */
  readonly planned: Planned | undefined;
  /** What this device asked the stewards for in the present epoch: to leave, or to take its new keys. */
  readonly proposed: Proposed | undefined;
  /** Stewards that members want to make by their own word. */
  readonly petitions: readonly Petition[];
  /** Moves to another relay that ask for words. */
  readonly moves: readonly StoredMove[];
  /** Members whose keys the person has compared, in increasing order; they stay when the circle is entered anew. */
  readonly verified: readonly Uint8Array[];
  /** Who was last heard, and what is missing (docs/spec/presence.md); undefined until the first entry is read. */
  readonly presence: Presence | undefined;
  /** Own messages that can be said again, the newest last. */
  readonly sent: readonly SentMessage[];
  readonly invites: readonly InviteRecord[];
  readonly requests: readonly RequestRecord[];
  /** Ids of requests that were let in or declined: a KeyPackage is used once, and a request can come again. */
  readonly settled: readonly Uint8Array[];
  readonly deliveries: readonly Delivery[];
  /** Files on their way, fetched, and to be fetched. */
  readonly files: readonly StoredFile[];
}

/** Where this device stands in a circle, as it is stored. */
export type Place =
  /** The log is not yet at the relay. */
  | "founding"
  | "waiting"
  /** The Welcome is here, the tree is not. */
  | "joining"
  | "in"
  | "declined"
  | "removed"
  | "halted"
  /** The list came out of a backup or from another device of the person: this one has to be let in. */
  | "restored";

/** The small things of a circle that change often. */
export interface Desk {
  readonly place: Place;
  /** For the list, where there are no keys to read it from. */
  readonly name: string;
  /** Our key in the circle, also after its other keys are erased. */
  readonly memberKey: Uint8Array;
  /** When it came to this device, milliseconds. */
  readonly since: number;
  readonly summary: Summary;
  /** Entries read when this device was in before: who comes back counts on, because what was last in the list goes by position. */
  readonly readBefore: number;
  readonly alarms: readonly StoredAlarm[];
  /** Ids of alarms that a person has seen, the newest last: they are told no more. */
  readonly acknowledged: readonly string[];
  /** Our inbox for this circle. */
  readonly inbox: OwnInbox;
  /** How far the index of the list has come. */
  readonly search: SearchState;
  /** Hours since 1970 in which items of the list disappear: the first and the last; undefined where none does. */
  readonly expiring: ExpiringHours | undefined;
  /** When this device next renews what has to be renewed from time to time. */
  readonly upkeep: Upkeep;
  /** How it came that this device is in the circle no more; undefined while it is in. */
  readonly ended: Ended | undefined;
}

export interface ExpiringHours {
  readonly from: number;
  readonly to: number;
}

/** By this device's clock, milliseconds (docs/spec/engine.md, EN-120). */
export interface Upkeep {
  /** As a steward: a new address, unless another steward was first. */
  readonly rotateAt: number;
  /** New keys for our own leaf. */
  readonly renewAt: number;
  /** Nothing of the kind is begun before: what failed is not tried without a pause. */
  readonly restUntil: number;
}

export interface Ended {
  readonly how: "left" | "removed";
  readonly by:
    { readonly memberKey: Uint8Array; readonly name: string } | undefined;
  /** Milliseconds. */
  readonly at: number;
}

export type StoredAlarm =
  | {
      readonly kind: ChainFault["kind"];
      readonly at: number;
      /** The relay contradicts itself; otherwise a member says that the log was another one, which can be a lie. */
      readonly isProven: boolean;
      /** The relay that contradicted itself: once the circle is at another, it matters no more. */
      readonly relayPub?: Uint8Array | undefined;
    }
  /** The relay keeps nothing any more of what comes next here: `at` is the entry that is missing. */
  | { readonly kind: "gone"; readonly at: number }
  /**
   * After a removal, `at` is its epoch: nobody was heard behind it for a week, or somebody goes on as if it had not been
   * (docs/spec/presence.md).
   */
  | { readonly kind: "unconfirmed" | "left-behind"; readonly at: number }
  /** Something that this device did not make was signed with its key: `at` is where it stands. */
  | { readonly kind: "clone"; readonly at: number }
  | { readonly kind: "halted"; readonly reason: string };

export interface JoiningRecord {
  readonly joining: Joining;
  readonly memberName: string;
  /** The request, sealed once: the same bytes are the same message at the relay. */
  readonly box: Uint8Array;
  /** Whether the relay took the request. */
  readonly isSent: boolean;
  /** A steward's half of an approval code. */
  readonly check:
    { readonly stewardKey: Uint8Array; readonly nonce: Uint8Array } | undefined;
  /** The Welcome as it came, once it opened. */
  readonly welcome: Uint8Array | undefined;
}

export interface EnteringRecord {
  readonly entering: Entering;
  /** The Welcome as it came, once it opened. */
  readonly welcome: Uint8Array | undefined;
}

export interface OutboxItem {
  /** 16 bytes, the same over all tries. */
  readonly messageId: Uint8Array;
  /** Minutes since 1970, when it was written. */
  readonly minute: number;
  /** An encoded content. */
  readonly content: Uint8Array;
  readonly sealed: Sealed | undefined;
  /** Entry ids of earlier seals: should the relay show one of them after all, it is this item too. */
  readonly earlier: readonly Uint8Array[];
  /** Entry ids of seals whose keys a copy may have used up: that one of them is in the log says nothing. */
  readonly distrusted: readonly Uint8Array[];
  /** The number that its first seal gave it. */
  readonly counted: Counted | undefined;
  /** Given up, and why; a person may discard it or try again. */
  readonly failure: string | undefined;
}

export interface Sealed {
  readonly logId: Uint8Array;
  readonly epoch: bigint;
  readonly entryId: Uint8Array;
  readonly body: Uint8Array;
  /** What the body holds. It is stored instead of the body, which is mostly padding. */
  readonly message: Uint8Array;
}

export interface Intent {
  readonly act: Act;
  /** How often a commit for it was made. */
  readonly plans: number;
}

export interface Planned {
  /** What it carries out, of the intents. */
  readonly acts: readonly Act[];
  readonly pending: PendingAct;
  readonly epoch: bigint;
  readonly logId: Uint8Array;
  /** Of a commit in several entries: those that the log has not shown yet, the last one apart. */
  readonly before: readonly EntryToAppend[];
  readonly body: Uint8Array;
}

/** A proposal of ours, as it leaves and until its epoch is over. */
export interface Proposed {
  readonly what: "leave" | "renew" | "drop";
  readonly entryId: Uint8Array;
  readonly body: Uint8Array;
  readonly epoch: bigint;
  readonly logId: Uint8Array;
  /** The log has shown it. */
  readonly isSeen: boolean;
}

/** That somebody is to be made a steward by the word of most members (docs/spec/circle.md, CI-120). */
export interface Petition {
  readonly memberKey: Uint8Array;
  /** Of the circle when it was asked for: with the next one all approvals are void. */
  readonly policyVersion: number;
  readonly by: Uint8Array;
  readonly approvals: readonly PetitionApproval[];
}

export interface PetitionApproval {
  readonly memberKey: Uint8Array;
  readonly leaf: number;
  readonly signature: Uint8Array;
}

export interface InviteRecord {
  readonly invite: Invite;
  /** They follow from the invite, which takes time, and are not stored. */
  readonly keys: InviteKeys;
  readonly owner: InboxOwner;
  readonly invitePub: Uint8Array;
  readonly maxUses: number;
  /** False for one that another steward made and sealed to us. */
  readonly isOwn: boolean;
  /** Any member lets in who asks by it. */
  readonly isAuto: boolean;
}

/** Somebody who asks to join; the bytes are read again whenever the request is used. */
export interface RequestRecord {
  /** SHA-256 of the KeyPackage: equal for a request that comes twice. */
  readonly id: Uint8Array;
  readonly memberKey: Uint8Array;
  readonly name: string;
  readonly invitePub: Uint8Array;
  readonly bytes: Uint8Array;
  /** The message of the invite's inbox that carried it. */
  readonly seq: number;
  /** `closed`: let in or declined; what remains to do is to acknowledge it. */
  readonly state: "asking" | "approving" | "closed";
  /** When this device lets the person in by itself, milliseconds; undefined where a steward decides. */
  readonly dueAt: number | undefined;
  /** To the asker's half of an approval code, which follows from `bytes`. */
  readonly commitment: Uint8Array;
  /** Our half of it, once a person here wanted the code, and the asker's, once it came. */
  readonly check:
    | {
        readonly nonce: Uint8Array;
        readonly revealed: Uint8Array | undefined;
      }
    | undefined;
}
