/**
 * What the members of a circle send each other inside the encryption (docs/spec/content.md, "Contents"). Everything
 * here comes from members, of whom any can be hostile: a value of these types that came from `decodeContent` keeps
 * all bounds and text rules, and says nothing about whether its author may do what it asks for.
 */

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

interface ContentBase {
  /** In ascending order of their codes, each code once; absent when there are none. */
  readonly extensions?: readonly Extension[];
}

export interface TextContent extends ContentBase {
  readonly kind: "text";
  readonly text: string;
  /** The id of the item that this answers. */
  readonly replyTo?: Uint8Array;
}

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

export interface RsvpContent extends ContentBase {
  readonly kind: "rsvp";
  readonly notice: Uint8Array;
  readonly answer: Answer;
}

/** The first thing a joiner sends: it proves that the joiner has the keys. */
export interface HelloContent extends ContentBase {
  readonly kind: "hello";
}

/** Nothing but a sign that its sender is in and reads, given in answer to a hello. */
export interface AckContent extends ContentBase {
  readonly kind: "ack";
}

/** The keys of an invite's inbox, sealed to each steward's sealing key, so that any steward can read the requests. */
export interface InviteSecretContent extends ContentBase {
  readonly kind: "invite-secret";
  readonly invitePub: Uint8Array;
  readonly boxes: readonly SecretBox[];
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
  TextContent | ReactionContent | NoticeContent | RsvpContent;

/** What devices say to each other; no list ever shows it. */
export type SignalContent = HelloContent | AckContent | InviteSecretContent;

export type Content = ListContent | SignalContent | UnknownContent;

/** The version that this code writes. */
export const CONTENT_VERSION = 1;
/** Codes from here up are signals: where they are unknown nothing is missing in the list. */
export const FIRST_SIGNAL_CODE = 0x8000;
/** Extensions from here up are critical: who does not know one cannot read the content. */
export const FIRST_CRITICAL_EXTENSION = 0x8000;

/** Whether a content is a signal between devices, known or not, and so never stands in a list. */
export function isSignal(
  content: Content,
): content is SignalContent | UnknownContent {
  switch (content.kind) {
    case "hello":
    case "ack":
    case "invite-secret":
      return true;
    case "unknown":
      return content.code >= FIRST_SIGNAL_CODE;
    case "text":
    case "reaction":
    case "notice":
    case "rsvp":
      return false;
  }
}

/** The ids of the items that a fold of this content reads; their items have to be at hand before. */
export function referencesOf(content: Content): readonly Uint8Array[] {
  switch (content.kind) {
    case "text":
      return content.replyTo === undefined ? [] : [content.replyTo];
    case "reaction":
      return [content.target];
    case "rsvp":
      return [content.notice];
    case "notice":
    case "hello":
    case "ack":
    case "invite-secret":
    case "unknown":
      return [];
  }
}
