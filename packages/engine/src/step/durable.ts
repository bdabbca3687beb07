/**
 * What survives: everything that a device knows, apart from items, as it stands in the store after the last transaction
 * (docs/spec/engine.md, EN-10 to EN-17). Only jobs of the lane change it, each as a whole, and what changed is written by
 * comparing before and after (`writes.ts`), so that nothing can be forgotten in a transaction.
 */
import type { Summary } from "@halqa/model";
import type { Circle } from "../circle/circle.ts";
import type { ChainFault } from "../circle/circle-log.ts";
import type { Invite, InviteKeys } from "../circle/invite.ts";
import type { Joining } from "../circle/joining.ts";
import type { PendingAct } from "../circle/pending-act.ts";
import type { RelayRecord } from "../circle/relay-record.ts";

export interface Durable {
  readonly root: Root;
  /** By circle id, base64url. */
  readonly circles: ReadonlyMap<string, CircleRecord>;
}

export interface Root {
  /** Stands for the person on this device; the member key of every circle follows from it. */
  readonly identitySeed: Uint8Array;
  readonly profile: { readonly name: string } | undefined;
  /** Default relays since their first use, the newest last: another key under such an address is not taken. */
  readonly homes: readonly RelayRecord[];
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
  /** In the order in which they are to be sent. */
  readonly outbox: readonly OutboxItem[];
  readonly intents: readonly Intent[];
  /** The commit that is under way; never more than one. */
  readonly planned: Planned | undefined;
  readonly invites: readonly InviteRecord[];
  readonly requests: readonly RequestRecord[];
  /** Ids of requests that were let in or declined: a KeyPackage is used once, and a request can come again. */
  readonly settled: readonly Uint8Array[];
  readonly deliveries: readonly Delivery[];
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
  | "halted";

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
  /** Our inbox for this circle. */
  readonly inbox: OwnInbox;
}

export type StoredAlarm =
  | {
      readonly kind: ChainFault["kind"];
      readonly at: number;
      /** The relay contradicts itself; otherwise a member says that the log was another one, which can be a lie. */
      readonly isProven: boolean;
    }
  | { readonly kind: "halted"; readonly reason: string };

export interface OwnInbox {
  readonly relay: RelayRecord;
  readonly owner: InboxOwner;
  readonly sendId: Uint8Array;
}

/** Who may read an inbox, and the name that follows from that key. */
export interface InboxOwner {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly inboxId: Uint8Array;
  /** The inbox id as text. */
  readonly key: string;
}

export interface JoiningRecord {
  readonly joining: Joining;
  readonly memberName: string;
  /** The request, sealed once: the same bytes are the same message at the relay. */
  readonly box: Uint8Array;
  /** Whether the relay took the request. */
  readonly isSent: boolean;
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
  /** Given up, and why; a person may discard it or try again. */
  readonly failure: string | undefined;
}

export interface Sealed {
  readonly logId: Uint8Array;
  readonly epoch: bigint;
  readonly entryId: Uint8Array;
  readonly body: Uint8Array;
}

/** What a steward wants, in words that hold in every epoch; never bytes. */
export type Act =
  | { readonly act: "invite"; readonly invitePub: Uint8Array }
  | { readonly act: "approve"; readonly request: Uint8Array }
  | { readonly act: "remove"; readonly memberKey: Uint8Array };

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
  readonly body: Uint8Array;
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
}

/** Welcomes on their way: first the tree's parts, then the boxes. */
export interface Delivery {
  readonly id: string;
  readonly relay: RelayRecord;
  readonly parts: readonly Uint8Array[];
  readonly boxes: readonly {
    readonly sendId: Uint8Array;
    readonly box: Uint8Array;
  }[];
}
