/**
 * What the members of a circle send each other inside the encryption (docs/spec/content.md, "Contents"). Everything
 * here comes from members, of whom any can be hostile: a value of these types that came from `decodeContent` keeps
 * all bounds and text rules, and says nothing about whether its author may do what it asks for.
 */

import type { Attachment } from "./attachment.ts";

export type Answer = "yes" | "maybe" | "no";

/** Wall time and zone as the author meant them, and the instant that the author's device resolved. */
export interface NoticeTime {
  /** `2026-11-26T18:00` */
  readonly local: string;
  /** IANA name, `Asia/Beirut`. */
  readonly zone: string;
  /** Milliseconds since 1970 in UTC, whole minutes. */
  readonly instant: number;
  readonly minutes?: number;
}

/** An addition to a content. One that a reader does not know is kept, and passed over unless its code is critical. */
export interface Extension {
  readonly code: number;
  readonly bytes: Uint8Array;
}

export interface ContentBase {
  /** In ascending order of their codes, each code once; absent when there are none. */
  readonly extensions?: readonly Extension[];
}

/** A stretch of a text that means a member. */
export interface Mention {
  readonly memberKey: Uint8Array;
  /** In UTF-16 units of the text, never through the middle of a code point. */
  readonly at: number;
  readonly length: number;
}

export interface TextContent extends ContentBase {
  readonly kind: "text";
  /** Empty only beside attachments. */
  readonly text: string;
  /** The id of the item that this answers. */
  readonly replyTo?: Uint8Array;
  /** By their places, which do not overlap; absent when there are none. */
  readonly mentions?: readonly Mention[];
  /** Absent when there are none. */
  readonly attachments?: readonly Attachment[];
  /** Its author took it over from elsewhere. */
  readonly forwarded?: true;
  /** Minutes after its own minute at which every device lets go of it. */
  readonly lifetime?: number;
}

/** New words in the place of the author's own. */
export interface EditContent extends ContentBase {
  readonly kind: "edit";
  readonly target: Uint8Array;
  readonly text: string;
  readonly mentions?: readonly Mention[];
}

/** Takes something of the author's own back from everybody. */
export interface DeleteContent extends ContentBase {
  readonly kind: "delete";
  readonly target: Uint8Array;
}

/** Why a steward hides something; `shown` shows it again. */
export type HideReason =
  | "shown"
  | "off-topic"
  | "harassment"
  | "spam"
  /** It puts somebody in danger. */
  | "danger"
  | "other";

export interface HideContent extends ContentBase {
  readonly kind: "hide";
  readonly target: Uint8Array;
  readonly reason: HideReason;
}

export interface PinContent extends ContentBase {
  readonly kind: "pin";
  readonly target: Uint8Array;
  readonly pinned: boolean;
}

/** What only stewards can read. Everybody sees that its author sealed something to them. */
export interface SealedContent extends ContentBase {
  readonly kind: "sealed";
  /** The key of the body, for each device of a steward and of the author. */
  readonly boxes: readonly SecretBox[];
  /** A padded content, encrypted. */
  readonly body: Uint8Array;
  /** As of a text. */
  readonly lifetime?: number;
}

/** Asks the stewards to look at something; stands inside a sealed content alone. */
export interface ReportContent extends ContentBase {
  readonly kind: "report";
  readonly target: Uint8Array;
  readonly reason: Exclude<HideReason, "shown">;
  /** May be empty. */
  readonly text: string;
}

/** The place of a meeting that is held back; stands inside a sealed content alone. */
export interface PlaceContent extends ContentBase {
  readonly kind: "place";
  readonly notice: Uint8Array;
  readonly place: string;
}

/** What may stand inside a sealed content. */
export type InsideContent =
  TextContent | RsvpContent | ReportContent | PlaceContent;

export interface ReactionContent extends ContentBase {
  readonly kind: "reaction";
  readonly target: Uint8Array;
  /** Empty: the author's reaction is taken back. */
  readonly emoji: string;
}

export interface NoticeContent extends ContentBase {
  readonly kind: "notice";
  readonly title: string;
  readonly when: NoticeTime;
  /** May be empty. */
  readonly place: string;
  /** May be empty. */
  readonly agenda: string;
}

/** What became of a meeting since it was announced. */
export type NoticeState = "planned" | "moved" | "cancelled";

/** The whole of a notice anew. A higher version outranks all lower ones, whatever comes first. */
export interface NoticeUpdateContent extends ContentBase {
  readonly kind: "notice-update";
  readonly notice: Uint8Array;
  /** From 1; the notice itself is version 0. */
  readonly version: number;
  readonly state: NoticeState;
  readonly title: string;
  readonly when: NoticeTime;
  readonly place: string;
  readonly agenda: string;
}

export interface RsvpContent extends ContentBase {
  readonly kind: "rsvp";
  readonly notice: Uint8Array;
  readonly answer: Answer;
}

/** One option, any number of them, or all that one likes in the order of preference. */
export type Ballot = "single" | "several" | "ranked";

export interface PollContent extends ContentBase {
  readonly kind: "poll";
  readonly question: string;
  /** Two or more, each once. */
  readonly options: readonly string[];
  readonly ballot: Ballot;
  /** The minute at which its author means to close it; only a closing ends it. */
  readonly closes?: number;
}

export interface VoteContent extends ContentBase {
  readonly kind: "vote";
  readonly poll: Uint8Array;
  /** Options by their index, each once; empty takes the vote back. */
  readonly choices: readonly number[];
}

/** Ends a poll and names the votes that its author counted, so that whoever misses one can object. */
export interface PollCloseContent extends ContentBase {
  readonly kind: "poll-close";
  readonly poll: Uint8Array;
  /** Ids of votes, ascending. */
  readonly counted: readonly Uint8Array[];
}

export interface TaskFields {
  readonly title: string;
  /** The member who does it. */
  readonly owner?: Uint8Array;
  readonly due?: number;
  readonly done: boolean;
}

export interface TaskContent extends ContentBase, TaskFields {
  readonly kind: "task";
}

/** The whole of a task anew. */
export interface TaskUpdateContent extends ContentBase, TaskFields {
  readonly kind: "task-update";
  readonly task: Uint8Array;
}

/** What was said and decided at a meeting. */
export interface MinutesContent extends ContentBase {
  readonly kind: "minutes";
  readonly notice?: Uint8Array;
  readonly text: string;
}

/**
 * A steward passes on what stands in the list, for those who came later. It is the steward's word that somebody else said it:
 * nothing here is signed by that member.
 */
export interface ShareContent extends ContentBase {
  readonly kind: "share";
  /** The id of the item that is passed on. */
  readonly target: Uint8Array;
  /** Who is said to have put it there, and when. */
  readonly author: { readonly memberKey: Uint8Array; readonly name: string };
  readonly minute: number;
  /** It is pinned. */
  readonly pinned: boolean;
  /** Of a notice that was changed: the version that stands. */
  readonly update?: { readonly version: number; readonly state: NoticeState };
  /** The encoded content: a text, notice, task or minutes. */
  readonly said: Uint8Array;
}

/** The first thing a joiner sends: it proves that the joiner has the keys. */
export interface HelloContent extends ContentBase {
  readonly kind: "hello";
}

/** Nothing but a sign that its sender is in and reads, given in answer to a hello. */
export interface AckContent extends ContentBase {
  readonly kind: "ack";
}

/** Nothing but a sign that its sender follows the epoch in which it is sealed, sent after somebody was removed. */
export interface EpochTagContent extends ContentBase {
  readonly kind: "epoch-tag";
}

/** Asks a device for what it said and its asker never got; only that device answers, by saying it again under the same ids. */
export interface MissingContent extends ContentBase {
  readonly kind: "missing";
  /** Whose device, by its leaf. */
  readonly leaf: number;
  /** In which epoch the numbers count. */
  readonly epoch: bigint;
  /** Ascending; one to `MAX_MISSING`. */
  readonly numbers: readonly number[];
}

/** The keys of an invite's inbox, sealed to each steward's sealing key, so that any steward can read the requests. */
export interface InviteSecretContent extends ContentBase {
  readonly kind: "invite-secret";
  readonly invitePub: Uint8Array;
  readonly boxes: readonly SecretBox[];
}

/** A member's word for making somebody a steward; the first one for a member asks the others for theirs. */
export interface ApprovalContent extends ContentBase {
  readonly kind: "approval";
  /** Who is to be a steward, 32 bytes. */
  readonly member: Uint8Array;
  /** Of the circle as the author knows it: the word holds for no other. */
  readonly policyVersion: number;
  /** By the author's device, 64 bytes; the circle says over what. */
  readonly signature: Uint8Array;
}

export interface SecretBox {
  /** The sealing public key to which the box is sealed, 32 bytes. */
  readonly to: Uint8Array;
  readonly box: Uint8Array;
}

/**
 * What this version cannot read: another version, a code without a row in the table, or a critical extension without
 * one. `bytes` is all that follows the extensions (in another version: all that follows the code), as it came.
 */
export interface UnknownContent extends ContentBase {
  readonly kind: "unknown";
  readonly version: number;
  readonly code: number;
  readonly bytes: Uint8Array;
}

/** What the list of a circle shows, or what changes something in it. */
export type ListContent =
  | TextContent
  | ReactionContent
  | EditContent
  | DeleteContent
  | HideContent
  | PinContent
  | NoticeContent
  | NoticeUpdateContent
  | RsvpContent
  | PollContent
  | VoteContent
  | PollCloseContent
  | TaskContent
  | TaskUpdateContent
  | MinutesContent
  | SealedContent
  | ReportContent
  | PlaceContent
  | ShareContent;

/** What devices say to each other; no list ever shows it. */
export type SignalContent =
  | HelloContent
  | AckContent
  | EpochTagContent
  | MissingContent
  | InviteSecretContent
  | ApprovalContent;

export type Content = ListContent | SignalContent | UnknownContent;

/** The version that this code writes. */
export const CONTENT_VERSION = 1;
/** Codes from here up are signals: where they are unknown nothing is missing in the list. */
export const FIRST_SIGNAL_CODE = 0x8000;
/** Extensions from here up are critical: who does not know one cannot read the content. */
export const FIRST_CRITICAL_EXTENSION = 0x8000;

type ListKind = ListContent["kind"];
/** A content of a kind. */
export type ContentOf<K extends ListKind> = Extract<
  ListContent,
  { readonly kind: K }
>;

/** The item that a content of each kind is about, as far as a fold reads it. */
const references: {
  readonly [K in ListKind]: (content: ContentOf<K>) => Uint8Array | undefined;
} = {
  text: ({ replyTo }) => replyTo,
  reaction: ({ target }) => target,
  edit: ({ target }) => target,
  delete: ({ target }) => target,
  hide: ({ target }) => target,
  pin: ({ target }) => target,
  notice: () => undefined,
  "notice-update": ({ notice }) => notice,
  rsvp: ({ notice }) => notice,
  poll: () => undefined,
  vote: ({ poll }) => poll,
  "poll-close": ({ poll }) => poll,
  task: () => undefined,
  sealed: () => undefined,
  report: ({ target }) => target,
  place: ({ notice }) => notice,
  "task-update": ({ task }) => task,
  minutes: ({ notice }) => notice,
  share: ({ target }) => target,
};

/** Whether a content is a signal between devices, known or not, and so never stands in a list. */
export function isSignal(
  content: Content,
): content is SignalContent | UnknownContent {
  return content.kind === "unknown"
    ? content.code >= FIRST_SIGNAL_CODE
    : !Object.hasOwn(references, content.kind);
}

/** Whether it counts only in its own epoch, and is sent again where it came later (rule A7). */
export function isSharedState({ kind }: Content): boolean {
  return kind === "vote" || kind === "poll-close" || kind === "pin";
}

/** The ids of the items that a fold of this content reads; their items have to be at hand before. */
export function referencesOf(content: Content): readonly Uint8Array[] {
  if (content.kind === "unknown" || isSignal(content)) return [];
  const reference = referenceOf(content.kind, content);
  return reference === undefined ? [] : [reference];
}

function referenceOf<K extends ListKind>(
  kind: K,
  content: ContentOf<K>,
): Uint8Array | undefined {
  return references[kind](content);
}
