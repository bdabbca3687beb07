/**
 * What the list of a circle is made of, one record each (docs/spec/content.md, "Items"). Items are plain data that
 * only folds make; a list is the items of a circle by their ordinals.
 */

import type { Attachment } from "./attachment.ts";
import type {
  Answer,
  Ballot,
  Extension,
  HideReason,
  Mention,
  NoticeState,
  NoticeTime,
  TaskFields,
} from "./content.ts";

/** A member as the author of something: the key is who it is, the name is what the member was called then. */
export interface Author {
  /** The member's key in this circle, 32 bytes. */
  readonly memberKey: Uint8Array;
  readonly name: string;
}

/** Where and when something stands. */
export interface Placed {
  readonly id: Uint8Array;
  /** Dense place in the circle's list on this device; what is only queued has none. */
  readonly ordinal?: number;
  /** Place of the entry in the circle's order: grows with each entry, over all of its logs. */
  readonly position: number;
  /** Minutes since 1970 in UTC, as the sender's clock said. */
  readonly minute: number;
}

/** How an author and an entry stood in the circle at the entry's position: the same on all devices. */
export interface Standing {
  /** The author was a steward. */
  readonly steward: boolean;
  /** The circle let the author pin. */
  readonly pins: boolean;
  /** The entry's epoch was over: it is read, and said to be late. */
  readonly late: boolean;
  /** The entry's epoch was the current one, in the log that orders the circle: votes, closings and pins count (rule A7). */
  readonly counting: boolean;
}

/** One person's reaction; an empty emoji is one taken back. */
export interface Reaction {
  readonly memberKey: Uint8Array;
  readonly emoji: string;
  readonly position: number;
}

export interface GivenAnswer {
  readonly memberKey: Uint8Array;
  readonly answer: Answer;
  readonly position: number;
}

/** The item that a message answers. The text is looked up when shown: what is gone there must not live on here. */
export interface ReplyTarget {
  readonly id: Uint8Array;
  /** Absent when the item was not known when the message came. */
  readonly ordinal?: number;
}

/** Whether something is pinned: the last that counted by position. */
export interface Pin {
  readonly memberKey: Uint8Array;
  readonly position: number;
  readonly pinned: boolean;
}

/** What a steward said last of whether something is to be seen; `shown` is one that was taken back. */
export interface Hide {
  readonly memberKey: Uint8Array;
  readonly position: number;
  readonly reason: HideReason;
}

/** What a steward says of something that stood in the list before others came. */
export interface Shared {
  readonly author: Author;
  readonly minute: number;
}

/** What members put into the list, and what all of it can have. */
interface Post extends Placed {
  readonly author: Author;
  /** Ascending by member key, each member once. */
  readonly reactions: readonly Reaction[];
  readonly pin?: Pin;
  readonly hide?: Hide;
  /** Its epoch was over when it came. */
  readonly late?: true;
  /** `author` passed it on, and says who put it into the list and when. */
  readonly shared?: Shared;
  readonly extensions?: readonly Extension[];
}

/** How the words of a message came to be what they are. */
export interface Edited {
  /** Of the entry whose words stand. */
  readonly position: number;
  readonly minute: number;
  readonly times: number;
  /** Words that stood before, oldest first, as far as they are kept. */
  readonly earlier: readonly string[];
}

export interface MessageItem extends Post {
  readonly item: "message";
  /** Empty only beside attachments. */
  readonly text: string;
  readonly replyTo?: ReplyTarget;
  readonly mentions?: readonly Mention[];
  readonly attachments?: readonly Attachment[];
  readonly forwarded?: true;
  /** For stewards alone: the content inside, where this device could open it. */
  readonly sealed?: { readonly inside?: Uint8Array };
  /** The minute at which this device lets go of it. */
  readonly expires?: number;
  readonly edited?: Edited;
}

/** The version of a notice that stands, where it is not the first one. */
export interface NoticeUpdate {
  readonly version: number;
  readonly state: NoticeState;
  readonly memberKey: Uint8Array;
  readonly position: number;
  readonly minute: number;
}

export interface NoticeItem extends Post {
  readonly item: "notice";
  readonly title: string;
  readonly when: NoticeTime;
  readonly place: string;
  readonly agenda: string;
  /** Ascending by member key, each member once. */
  readonly answers: readonly GivenAnswer[];
  readonly update?: NoticeUpdate;
}

export interface CastVote {
  readonly memberKey: Uint8Array;
  readonly position: number;
  /** The id of its entry, by which a closing names it. */
  readonly id: Uint8Array;
  /** Empty: taken back. */
  readonly choices: readonly number[];
}

export interface PollClose {
  readonly memberKey: Uint8Array;
  readonly position: number;
  readonly minute: number;
  /** Ids of votes, ascending. */
  readonly counted: readonly Uint8Array[];
}

export interface PollItem extends Post {
  readonly item: "poll";
  readonly question: string;
  readonly options: readonly string[];
  readonly ballot: Ballot;
  readonly closes?: number;
  /** Ascending by member key, each member once. */
  readonly votes: readonly CastVote[];
  readonly close?: PollClose;
}

export interface TaskItem extends Post, TaskFields {
  readonly item: "task";
  /** Who changed it last. */
  readonly update?: {
    readonly memberKey: Uint8Array;
    readonly position: number;
  };
}

export interface MinutesItem extends Post {
  readonly item: "minutes";
  readonly text: string;
  /** The meeting that they are of. */
  readonly notice?: ReplyTarget;
}

/** What stood here once: nothing of it but where, when and whose it was. */
export interface GoneItem extends Placed {
  readonly item: "gone";
  readonly was: PostItem["item"];
  readonly cause: "deleted" | "expired";
  readonly author: Author;
}

export type Change =
  | "founded"
  | "joined"
  | "removed"
  | "left"
  /** `text` is the name that the circle has from here on. */
  | "renamed"
  /** `who` is a steward from here on, or none any more, a reader, or no reader any more. */
  | "promoted"
  | "demoted"
  | "made-reader"
  | "made-member"
  | "settings"
  | "picture"
  | "charter"
  /** Nothing counts behind it. */
  | "closed";

/** Something that a commit did. */
export interface ChangeItem extends Placed {
  readonly item: "change";
  readonly change: Change;
  readonly by?: Author;
  readonly who?: Author;
  /** What was set, where a line holds it. */
  readonly text?: string;
}

export type UnreadableReason = "newer-version" | "too-late" | "malformed";

/** Something that this version cannot show, or that could not be opened. */
export interface UnreadableItem extends Placed {
  readonly item: "unreadable";
  readonly reason: UnreadableReason;
  readonly author?: Author;
  /** With `newer-version`: the whole content as it came. */
  readonly content?: Uint8Array;
}

/** What members put into the list, as long as it is there. */
export type PostItem =
  MessageItem | NoticeItem | PollItem | TaskItem | MinutesItem;

export type Item = PostItem | GoneItem | ChangeItem | UnreadableItem;

/** Whether people can act on an item. */
export function isPost(item: Item): item is PostItem {
  switch (item.item) {
    case "message":
    case "notice":
    case "poll":
    case "task":
    case "minutes":
      return true;
    case "gone":
    case "change":
    case "unreadable":
      return false;
  }
}

/** Whether a steward has hidden it and nobody has shown it since. */
export function isHidden({ hide }: PostItem): boolean {
  return hide !== undefined && hide.reason !== "shown";
}
