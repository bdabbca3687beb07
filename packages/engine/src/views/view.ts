/**
 * What an interface sees of the engine: plain data, safe to clone between threads, with no key and no ciphertext in it
 * (docs/spec/views.md). Ids are base64url text, times are milliseconds since 1970 in UTC, rounded to the minute where a member sent them.
 */

/** Where this device stands in a circle. */
export type Standing =
  /** The circle is made here and its first log is not yet at the relay. */
  | "founding"
  /** A request to join is under way; a steward has to approve it. */
  | "waiting"
  /** Approved: the Welcome is being checked. */
  | "joining"
  /** In, but the steward whom the invite names has not been heard inside yet: reading works, sending waits. */
  | "unconfirmed"
  | "member"
  | "declined"
  | "removed"
  /** A commit could not be followed: nothing is sent any more from this device into this circle. */
  | "halted";

export type RelayState = "connecting" | "online" | "offline" | "refused";

export interface RelayView {
  readonly url: string;
  readonly state: RelayState;
}

/** What went wrong in a circle that its members have to know. */
export type Alarm =
  /** The relay showed another order than before, or than another member saw (protocol F1, F2). */
  | { readonly kind: "fork"; readonly at: number }
  /** The relay's log ends earlier than what was already seen. */
  | { readonly kind: "rollback"; readonly at: number }
  | { readonly kind: "halted"; readonly reason: string };

export interface Person {
  /** The member's key in this circle: the same for all devices of the member, another in every circle. */
  readonly member: string;
  readonly name: string;
  readonly own: boolean;
}

export interface CircleSummary {
  readonly circle: string;
  readonly name: string;
  readonly standing: Standing;
  readonly members: number;
  readonly stewards: number;
  readonly steward: boolean;
  readonly unread: number;
  readonly requests: number;
  readonly alarms: readonly Alarm[];
  /** The circle's log and its inboxes were read to their ends since the engine started, and the connection has held since. */
  readonly caughtUp: boolean;
  /** Own items and acts that the relay does not keep yet. */
  readonly queued: number;
  /** The newest item, for the list; undefined in an empty circle. */
  readonly last?: {
    readonly item: "message" | "notice" | "change" | "unreadable";
    readonly author?: Person;
    /** Empty for a change, which `change` names. */
    readonly text: string;
    readonly change?: ChangeItem["change"];
    readonly at: number;
    readonly state?: SendState;
  };
  readonly nextNotice?: {
    readonly id: string;
    readonly title: string;
    readonly when: NoticeTime;
    readonly place: string;
    readonly ownAnswer?: Answer;
  };
}

export interface AppView {
  readonly view: "app";
  /** Undefined until the first run is through. */
  readonly profile?: { readonly name: string };
  readonly relays: readonly RelayView[];
  /** Newest first. */
  readonly circles: readonly CircleSummary[];
}

export interface MemberView extends Person {
  readonly steward: boolean;
  readonly devices: number;
}

export interface RequestView {
  readonly id: string;
  /** What the person calls themselves: a name proves nothing. */
  readonly name: string;
  readonly invite: string;
  readonly state: "asking" | "approving";
}

export interface InviteView {
  readonly id: string;
  /** The part behind `#` of the invite's link; only stewards have it. */
  readonly link?: string;
  readonly maxUses: number;
  readonly used: number;
  readonly expires: number;
  readonly state: "making" | "open" | "ended";
}

export interface CircleView {
  readonly view: "circle";
  readonly summary: CircleSummary;
  readonly members: readonly MemberView[];
  readonly requests: readonly RequestView[];
  readonly invites: readonly InviteView[];
  /** Acts under way whose commit has not won yet. */
  readonly pending: readonly {
    readonly act: "invite" | "approve" | "remove";
    readonly subject: string;
  }[];
}

/** `queued`: not with the relay; `sent`: the relay keeps it; `failed`: given up, with a reason in `failure`. */
export type SendState = "queued" | "sent" | "failed";
export type Answer = "yes" | "maybe" | "no";

/** RFC 5545's form: wall time and zone as the author meant them, and the instant the author's device resolved. */
export interface NoticeTime {
  /** `2026-11-26T18:00` */
  readonly local: string;
  /** IANA name, `Asia/Beirut`. */
  readonly zone: string;
  readonly instant: number;
  readonly minutes?: number;
}

interface ItemBase {
  readonly id: string;
  /** Dense position in the circle's list on this device; items that are only queued have none and stand last. */
  readonly ordinal?: number;
  readonly at: number;
}

export interface MessageItem extends ItemBase {
  readonly item: "message";
  readonly author: Person;
  readonly text: string;
  readonly replyTo?: {
    readonly id: string;
    readonly author?: Person;
    readonly excerpt: string;
  };
  readonly reactions: readonly {
    readonly emoji: string;
    readonly people: readonly Person[];
  }[];
  readonly state?: SendState;
  readonly failure?: string;
}

export interface NoticeItem extends ItemBase {
  readonly item: "notice";
  readonly author: Person;
  readonly title: string;
  readonly when: NoticeTime;
  readonly place: string;
  readonly agenda: string;
  readonly answers: Readonly<Record<Answer, readonly Person[]>>;
  readonly ownAnswer?: Answer;
  readonly state?: SendState;
  readonly failure?: string;
}

export interface ChangeItem extends ItemBase {
  readonly item: "change";
  readonly change: "founded" | "joined" | "removed" | "left";
  readonly by?: Person;
  readonly who?: Person;
}

/** Something that this version cannot show, or that could not be opened. */
export interface UnreadableItem extends ItemBase {
  readonly item: "unreadable";
  readonly author?: Person;
  readonly reason: "newer-version" | "too-late" | "malformed";
}

export type TimelineItem =
  MessageItem | NoticeItem | ChangeItem | UnreadableItem;

export interface TimelineView {
  readonly view: "timeline";
  readonly circle: string;
  /** Oldest first; what is only queued stands last. */
  readonly items: readonly TimelineItem[];
  /** More lies before the first item. */
  readonly more: boolean;
  /** The ordinal up to which this device's person has read; -1 when nothing. */
  readonly readTo: number;
}

export type View = AppView | CircleView | TimelineView;

/** What can be watched. A timeline window holds the `limit` (at most 2,000) newest items; a larger limit loads older ones. */
export type Query =
  | { readonly query: "app" }
  | { readonly query: "circle"; readonly circle: string }
  | {
      readonly query: "timeline";
      readonly circle: string;
      readonly limit: number;
    };
