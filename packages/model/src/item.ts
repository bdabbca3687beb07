/**
 * What the list of a circle is made of, one record each (docs/spec/content.md, "Items"). Items are plain data that
 * only folds make; a list is the items of a circle by their ordinals.
 */

import type { Answer, Extension, NoticeTime } from "./content.ts";

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

export interface MessageItem extends Placed {
  readonly item: "message";
  readonly author: Author;
  readonly text: string;
  readonly replyTo?: ReplyTarget;
  /** Ascending by member key, each member once. */
  readonly reactions: readonly Reaction[];
  readonly extensions?: readonly Extension[];
}

export interface NoticeItem extends Placed {
  readonly item: "notice";
  readonly author: Author;
  readonly title: string;
  readonly when: NoticeTime;
  readonly place: string;
  readonly agenda: string;
  /** Ascending by member key, each member once. */
  readonly answers: readonly GivenAnswer[];
  readonly reactions: readonly Reaction[];
  readonly extensions?: readonly Extension[];
}

export type Change = "founded" | "joined" | "removed" | "left";

/** Something that a commit did. */
export interface ChangeItem extends Placed {
  readonly item: "change";
  readonly change: Change;
  readonly by?: Author;
  readonly who?: Author;
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

export type Item = MessageItem | NoticeItem | ChangeItem | UnreadableItem;
