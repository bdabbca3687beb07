/**
 * What an interface sees of the engine: plain data, safe to clone between threads, with no key and no ciphertext in it
 * (docs/spec/views.md). Ids are base64url text, times are milliseconds since 1970 in UTC, rounded to the minute where a member sent them.
 */
import type {
  AttachmentView,
  Change as ChangeKind,
  GoneView,
  MessageView,
  MinutesView,
  NoticeView,
  PollView,
  TaskView,
} from "@halqa/model";
import type { FilesView } from "./file-command.ts";

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
  | "halted"
  /** The list came out of a backup: this device has to ask to be let in again. */
  | "restored";

export type RelayState = "connecting" | "online" | "offline" | "refused";

export interface RelayView {
  readonly url: string;
  readonly state: RelayState;
}

/** What went wrong in a circle that its members have to know. */
export type Alarm = {
  /** By it the alarm can be acknowledged. */
  readonly id: string;
} & (
  | {
      readonly kind:
        /** The relay showed another order than before, or than another member saw (protocol F1, F2). */
        | "fork"
        /** The relay's log ends earlier than what was already seen. */
        | "rollback"
        /** The relay keeps nothing any more of what comes next for this device. */
        | "gone"
        /** Nobody was heard behind a removal for a week: whoever was removed may still be shown everything. */
        | "unconfirmed"
        /** Somebody goes on as if a removal had not been: the relay may show them another circle. */
        | "left-behind"
        /** Something that this device did not make was signed with its key: somebody has a copy of it. */
        | "clone";
      readonly at: number;
    }
  | { readonly kind: "halted"; readonly reason: string }
  /** The circle asks for a newer version of this program: nothing is read, and what is written waits. */
  | { readonly kind: "newer-version"; readonly version: number }
);

/** This device is out of step and asks to be let in again. */
export interface RepairView {
  /** `restored`: out of a backup, where nothing is asked before the person wants it. */
  readonly cause: RepairRequestView["cause"];
  /** Requests that left. */
  readonly asked: number;
  /** A steward let it in, and the circle is being fetched. */
  readonly coming: boolean;
  /** Who is asked, each with the number that both compare. */
  readonly stewards: readonly {
    readonly member: string;
    readonly name: string;
    readonly number: string;
  }[];
}

/** A device that asks to be let in again, and about which a person has to decide. */
export interface RepairRequestView {
  readonly id: string;
  readonly member: string;
  readonly name: string;
  readonly cause: "halted" | "clone" | "gone" | "restored";
  readonly state: "asking" | "approving";
  /** The safety number of the two: whoever asks sees it beside the steward's name. Empty where the person's own device asks. */
  readonly number: string;
}

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
  /** This device was linked here: it can link no other, and comes in again only under its old key. */
  readonly linked: boolean;
  readonly role: MemberRole;
  readonly kind: "circle" | "direct";
  /** Nothing counts any more in this circle. */
  readonly closed: boolean;
  /** When this device is in the circle no more: how that came. */
  readonly ended?: EndView;
  readonly unread: number;
  /** Unread items that mention this device's person. */
  readonly mentions: number;
  readonly requests: number;
  readonly alarms: readonly Alarm[];
  /** While this device is halted. */
  readonly repair?: RepairView;
  /** The circle's log and its inboxes were read to their ends since the engine started, and the connection has held since. */
  readonly caughtUp: boolean;
  /** Own items and acts that the relay does not keep yet. */
  readonly queued: number;
  /** The beginning of what the person has begun to write here; empty where it only answers something. */
  readonly draft?: string;
  /** The newest item, for the list; undefined in an empty circle. */
  readonly last?: {
    readonly item: TimelineItem["item"];
    readonly author?: Person;
    /** Empty for a change, which `change` names, and for what is hidden or gone. */
    readonly text: string;
    /** The kind of a message's first attachment. */
    readonly attachment?: AttachmentView["kind"];
    readonly change?: ChangeItem["change"];
    readonly at: number;
    readonly state?: SendState;
  };
  readonly nextNotice?: {
    readonly id: string;
    readonly title: string;
    readonly when: NoticeTime;
    readonly place: string;
    readonly meeting: NoticeItem["meeting"];
    readonly ownAnswer?: Answer;
  };
}

/** Another device of the person is being linked, or was (docs/spec/linking.md). */
export interface LinkingView {
  readonly role: "new" | "existing";
  readonly state:
    /** The new device shows its link; the other one waits for its answer. */
    | "waiting"
    /** Both show the code. */
    | "comparing"
    /** The person has confirmed here, and not yet there. */
    | "confirmed"
    | "linking"
    | "done"
    | "cancelled"
    | "expired"
    | "failed";
  /** On the new device, while nobody has answered. */
  readonly link?: string;
  /** Six digits, the same on both devices. */
  readonly code?: string;
  /** Circles so far. */
  readonly circles: number;
}

export interface AppView {
  readonly view: "app";
  /** Undefined until the first run is through. */
  readonly profile?: { readonly name: string };
  readonly relays: readonly RelayView[];
  /** The address of the relay at which circles are founded. */
  readonly home?: string;
  readonly linking?: LinkingView;
  /** Newest first. */
  readonly circles: readonly CircleSummary[];
}

export interface DeviceView {
  /** Its number among the member's devices: the same in all circles for which a device was linked. */
  readonly device: number;
  /** This very device. */
  readonly own: boolean;
}

export interface MemberView extends Person {
  readonly steward: boolean;
  readonly role: MemberRole;
  /** The person of this device has compared keys with the member. */
  readonly verified: boolean;
  readonly devices: number;
  /** Each of them. */
  readonly deviceList: readonly DeviceView[];
  /** To stewards: devices of the member that came while this one was here and never said anything. */
  readonly unheard?: number;
  /** Days since any device of the member was last heard, from a week on. */
  readonly silentDays?: number;
  /** Messages of the member that are missing here and were asked for. */
  readonly missing?: number;
}

/** Whether the others have followed a removal (docs/spec/presence.md). */
export interface RemovalView {
  readonly people: readonly Person[];
  /** `confirmed`: only then the circle may be said to be without them; `trouble`: moving to another relay is the way out. */
  readonly state: "pending" | "confirmed" | "trouble";
  /** Devices that have shown that they followed, of those that are counted. */
  readonly confirmed: number;
  readonly of: number;
  readonly since: number;
}

export type MemberRole = "steward" | "member" | "reader";

/** Who was removed and may come back when a steward lets them; their names are not kept. */
export interface HeldView {
  readonly member: string;
}

export interface SettingsView {
  /** `direct`: a circle of two. */
  readonly kind: "circle" | "direct";
  /** Where only stewards post, the circle is for announcements. */
  readonly posting: "everyone" | "stewards";
  /** `everyone`: a steward may make invites by which any member lets people in. */
  readonly adding: "everyone" | "stewards";
  readonly pinning: "everyone" | "stewards";
  /** Minutes from sending after which messages go; 0: they stay. */
  readonly disappearing: number;
}

/** A relay of a circle. */
export interface CircleRelayView {
  readonly url: string;
  readonly relayPub: string;
  readonly role: "orders" | "mirror";
  readonly state: RelayState;
  /** It asks for a secret of whoever makes logs there; the circle has it. */
  readonly closed: boolean;
}

/** Members want the circle to go on at another relay, without the one that orders now. */
export interface MoveView {
  readonly move: string;
  readonly url: string;
  readonly relayPub: string;
  /** Members whose word is there, and stewards among them. */
  readonly words: number;
  readonly approved: boolean;
  /** `here`: this device stands where the log is left; `behind`: entries are missing first. */
  readonly standing: "here" | "behind" | "ahead" | "followed" | "elsewhere";
  /** More than half of the stewards, or all members, want it. */
  readonly enough: boolean;
}

/** What the person may do in the circle as it is now. */
export interface MayView {
  readonly post: boolean;
  readonly pin: boolean;
  /** Invite and approve. */
  readonly add: boolean;
  /** Name, settings, roles, removal, closing. */
  readonly manage: boolean;
  /** A sole steward among others names another first. */
  readonly leave: boolean;
  /** Ask the members to make somebody a steward. */
  readonly petition: boolean;
}

/** Members want to make somebody a steward by their own word. */
export interface PetitionView {
  readonly member: string;
  readonly by: string;
  /** Members whose word is there. */
  readonly approvals: number;
  /** More than half of the members, and at least two. */
  readonly needed: number;
  /** The person's own word is among them. */
  readonly approved: boolean;
}

/** What the person of this device sees of the end of its time in the circle. */
export interface EndView {
  readonly how: "left" | "removed";
  readonly by?: Person;
  readonly at: number;
}

export interface RequestView {
  readonly id: string;
  /** What the person calls themselves: a name proves nothing. */
  readonly name: string;
  readonly invite: string;
  readonly state: "asking" | "approving";
  /** Was removed and held: approving lets them back in. */
  readonly held: boolean;
  /** A code was asked for; it comes when the other device is online. */
  readonly checking: boolean;
  /** Six digits: the same ones stand on the other side, or somebody stands between. */
  readonly code?: string;
}

export interface InviteView {
  readonly id: string;
  /** The part behind `#` of the invite's link; stewards have it, and every member of one with `auto`. */
  readonly link?: string;
  readonly maxUses: number;
  /** Any member lets in who asks by it. */
  readonly auto: boolean;
  readonly used: number;
  readonly expires: number;
  readonly state: "making" | "open" | "ended";
}

/** What the person has begun to write in a circle. */
export interface DraftView {
  readonly text: string;
  /** The item that it answers, which may be there no more. */
  readonly replyTo?: string;
  readonly named: readonly string[];
}

export interface CircleView {
  readonly view: "circle";
  readonly summary: CircleSummary;
  readonly draft?: DraftView;
  readonly members: readonly MemberView[];
  readonly requests: readonly RequestView[];
  readonly repairs: readonly RepairRequestView[];
  readonly invites: readonly InviteView[];
  /** Acts under way whose commit has not won yet. */
  readonly pending: readonly {
    readonly act: ActName;
    /** An id of whom or what it is about, base64url; empty for what is set. */
    readonly subject: string;
  }[];
  /** Undefined while this device is not in. */
  readonly settings?: SettingsView;
  readonly may: MayView;
  readonly held: readonly HeldView[];
  readonly petitions: readonly PetitionView[];
  /** The newest removal, until a week after it was confirmed. */
  readonly removal?: RemovalView;
  /** While this device asks to join: six digits to compare with a steward. */
  readonly joinCode?: string;
  /** The relays of the circle, the one that orders first. */
  readonly relays: readonly CircleRelayView[];
  /** Moves to another relay that ask for words, and the one that led here. */
  readonly moves: readonly MoveView[];
  readonly hasPicture: boolean;
  readonly hasCharter: boolean;
}

export type ActName =
  | "invite"
  | "revoke"
  | "approve"
  | "remove"
  | "promote"
  | "demote"
  | "make-reader"
  | "make-member"
  | "hold"
  | "let-return"
  | "succeed"
  | "rename"
  | "settings"
  | "relays"
  | "picture"
  | "charter"
  | "close"
  | "leave"
  | "link"
  | "remove-device"
  | "repair";

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

export interface ChangeItem extends ItemBase {
  readonly item: "change";
  readonly change: ChangeKind;
  readonly by?: Person;
  readonly who?: Person;
  /** The name that the circle has since, where it was renamed. */
  readonly text?: string;
}

/** Something that this version cannot show, or that could not be opened. */
export interface UnreadableItem extends ItemBase {
  readonly item: "unreadable";
  readonly author?: Person;
  readonly reason: "newer-version" | "too-late" | "malformed";
}

export type MessageItem = MessageView;
export type NoticeItem = NoticeView;
export type PollItem = PollView;
export type TaskItem = TaskView;
export type MinutesItem = MinutesView;
/** What was taken back, or has disappeared. */
export type GoneItem = GoneView;

export type TimelineItem =
  | MessageItem
  | NoticeItem
  | PollItem
  | TaskItem
  | MinutesItem
  | GoneItem
  | ChangeItem
  | UnreadableItem;

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

export type View = AppView | CircleView | TimelineView | FilesView;

/** What can be watched. A timeline window holds the `limit` (at most 2,000) newest items; a larger limit loads older ones. */
export type Query =
  | { readonly query: "app" }
  | { readonly query: "circle"; readonly circle: string }
  | { readonly query: "files"; readonly circle: string }
  | {
      readonly query: "timeline";
      readonly circle: string;
      readonly limit: number;
    };
