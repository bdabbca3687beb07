// The shapes of views (docs/spec/content.md, "Views"): plain data, ids as base64url text, times in milliseconds.

import type { AttachmentKind } from "./attachment.ts";
import type {
  Answer,
  Ballot,
  HideReason,
  NoticeState,
  NoticeTime,
} from "./content.ts";
import type {
  Change,
  GoneItem,
  Item,
  PostItem,
  UnreadableReason,
} from "./item.ts";

/** Who is in the circle now. */
export interface Roster {
  /** The member key of this device's person. */
  readonly own: Uint8Array;
  /** Names by member key in base64url, of present members only. */
  readonly names: ReadonlyMap<string, string>;
}

/** What the outbox says of an item of this device's person that has no ordinal yet. */
export interface Delivery {
  readonly state: "queued" | "sent" | "failed";
  readonly failure?: string | undefined;
}

export interface ViewContext {
  readonly roster: Roster;
  /** Items that are at hand, for the excerpts of replies (`repliesIn` says which). */
  readonly item: (id: Uint8Array) => Item | undefined;
  /** Asked for own items without an ordinal; where it says nothing they are queued. */
  readonly delivery?: ((id: Uint8Array) => Delivery | undefined) | undefined;
}

export interface PersonView {
  readonly member: string;
  readonly name: string;
  readonly own: boolean;
}

export interface ViewBase {
  readonly id: string;
  readonly ordinal?: number;
  readonly at: number;
}

export interface SentView extends ViewBase {
  readonly author: PersonView;
  /** Absent for `everyone`. */
  readonly privacy?: Privacy;
  readonly reactions: readonly ReactionView[];
  readonly pinnedBy?: PersonView;
  /** Hidden by a steward: then nothing of what it says is here. */
  readonly hidden?: { readonly by: PersonView; readonly reason: HideReason };
  /** Its epoch was over when it came. */
  readonly late?: boolean;
  /** `author`, a steward, passed it on, and says that this person put it into the list then. */
  readonly shared?: { readonly author: PersonView; readonly at: number };
  /** Only of what this device's person sent. */
  readonly state?: Delivery["state"];
  readonly failure?: string;
}

export interface ReactionView {
  readonly emoji: string;
  readonly people: readonly PersonView[];
}

export interface MessageView extends SentView {
  readonly item: "message";
  readonly text: string;
  readonly replyTo?: ReplyView;
  readonly mentions?: readonly MentionView[];
  readonly attachments?: readonly AttachmentView[];
  readonly forwarded?: boolean;
  /** It is for stewards alone; absent inside for those who cannot open it. */
  readonly sealed?: { readonly inside?: InsideView };
  /** When this device lets go of it. */
  readonly expiresAt?: number;
  readonly edited?: {
    readonly at: number;
    readonly times: number;
    /** Oldest first, as far as they are kept. */
    readonly earlier: readonly string[];
  };
}

/** What is sealed to stewards, for those who can open it; what it says in words stands in the text. */
export type InsideView =
  | { readonly kind: "text" }
  | { readonly kind: "rsvp"; readonly notice: string; readonly answer: Answer }
  | {
      readonly kind: "report";
      readonly target: string;
      readonly reason: HideReason;
    }
  | { readonly kind: "place"; readonly notice: string; readonly place: string };

/**
 * Who can see what an item holds: `stewards`: those to whom it was sealed; `names-hidden`: everybody's device has it, and interfaces
 * show counts instead of names.
 */
export type Privacy = "everyone" | "stewards" | "names-hidden";

/** A stretch of the text, in UTF-16 units. */
export interface MentionView extends PersonView {
  readonly at: number;
  readonly length: number;
}

/** What can be shown of an attachment before it is fetched; keys and places stay inside. */
export interface AttachmentView {
  readonly kind: AttachmentKind;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  readonly duration?: number;
  /** An encoded picture in base64url that came with the message; nobody looked at what is in it. */
  readonly thumbnail?: string;
}

export interface ReplyView {
  readonly id: string;
  readonly author?: PersonView;
  /** Empty where the item is not at hand or says nothing. */
  readonly excerpt: string;
}

export interface NoticeView extends SentView {
  readonly item: "notice";
  readonly title: string;
  readonly when: NoticeTime;
  readonly place: string;
  readonly agenda: string;
  readonly meeting: NoticeState;
  /** 0 as it was announced; a higher one outranks all before. */
  readonly version: number;
  readonly updated?: { readonly by: PersonView; readonly at: number };
  /** Of present members; who was removed is not expected. */
  readonly answers: Readonly<Record<Answer, readonly PersonView[]>>;
  readonly ownAnswer?: Answer;
}

export interface PollView extends SentView {
  readonly item: "poll";
  readonly question: string;
  readonly ballot: Ballot;
  readonly options: readonly {
    readonly text: string;
    /** Where options are ranked: of those who put it first. */
    readonly votes: number;
  }[];
  readonly votes: readonly {
    readonly person: PersonView;
    readonly choices: readonly number[];
  }[];
  readonly closesAt?: number;
  readonly ownChoices?: readonly number[];
  readonly closed?: {
    readonly by: PersonView;
    readonly at: number;
    /** The closing misses a vote that is here, or names one that is not. */
    readonly contested: boolean;
  };
}

export interface TaskView extends SentView {
  readonly item: "task";
  readonly title: string;
  readonly owner?: PersonView;
  readonly dueAt?: number;
  readonly done: boolean;
  readonly updatedBy?: PersonView;
}

export interface MinutesView extends SentView {
  readonly item: "minutes";
  readonly text: string;
  readonly notice?: ReplyView;
}

/** What was taken back, or has disappeared. */
export interface GoneView extends ViewBase {
  readonly item: "gone";
  readonly was: PostItem["item"];
  readonly cause: GoneItem["cause"];
  readonly author: PersonView;
}

export interface ChangeView extends ViewBase {
  readonly item: "change";
  readonly change: Change;
  readonly by?: PersonView;
  readonly who?: PersonView;
  /** The name that the circle has since. */
  readonly text?: string;
}

export interface UnreadableView extends ViewBase {
  readonly item: "unreadable";
  readonly author?: PersonView;
  readonly reason: UnreadableReason;
}

export type ItemView =
  | MessageView
  | NoticeView
  | PollView
  | TaskView
  | MinutesView
  | GoneView
  | ChangeView
  | UnreadableView;

export interface SummaryView {
  readonly unread: number;
  readonly mentions: number;
  readonly last?: {
    readonly item: Item["item"];
    readonly author?: PersonView;
    readonly text: string;
    readonly attachment?: AttachmentKind;
    readonly change?: Change;
    readonly at: number;
    readonly state?: Delivery["state"];
  };
  readonly nextNotice?: {
    readonly id: string;
    readonly title: string;
    readonly when: NoticeTime;
    readonly place: string;
    readonly meeting: NoticeState;
    readonly ownAnswer?: Answer;
  };
}
