/**
 * Folds: what an entry of a circle does to its list (docs/spec/content.md, "Folds"). Pure and total: no clock, no
 * randomness, no locale, and no content of any member makes them throw. What must not be done here: judge whether an
 * author is still a member (the engine hands over nothing of a removed member) or follow commits.
 */

import { compareBytes, encodeBase64url } from "@halqa/bytes";
import { encodeContent } from "./content-codec.ts";
import { isSignal, type Content } from "./content.ts";
import type {
  Author,
  Change,
  Item,
  MessageItem,
  NoticeItem,
  Placed,
  UnreadableReason,
} from "./item.ts";
import { MAX_PEOPLE } from "./limits.ts";

/** What is already there, by ids. */
export interface Known {
  /** The item under an id; undefined where there is none. Needed for every id of `referencesOf`. */
  readonly item: (id: Uint8Array) => Item | undefined;
  /** Whether an entry with this id has counted before, whether or not it made an item. */
  readonly hasCounted: (id: Uint8Array) => boolean;
}

/** Nothing counts twice, acts need their target, and a full item takes nobody new. */
export type Rejection =
  "duplicate" | "unknown-target" | "wrong-target" | "full";

/**
 * `counted`: the entry's id is taken from now on, and `puts` replace or add items (`added` tells that one is new and
 * took the ordinal). Otherwise nothing changes, and the same id can still count later.
 */
export type Folded =
  | {
      readonly counted: true;
      readonly added: boolean;
      readonly puts: readonly Item[];
    }
  | {
      readonly counted: false;
      readonly added: false;
      readonly puts: readonly [];
      readonly rejected: Rejection;
    };

interface EventBase {
  /** Made by `itemIdOf` for what members send; any unused id for the others. */
  readonly id: Uint8Array;
  /** Grows with every entry of the circle, over all of its logs; below 2^47. */
  readonly position: number;
  /** Minutes since 1970 in UTC, an unsigned 32-bit number. */
  readonly minute: number;
}

/** A content that opened and decoded. */
export interface ContentEvent extends EventBase {
  readonly event: "content";
  readonly content: Content;
  readonly author: Author;
}

/** What a commit did, for the list. */
export interface ChangeEvent extends EventBase {
  readonly event: "change";
  readonly change: Change;
  readonly by?: Author | undefined;
  readonly who?: Author | undefined;
}

/** An entry that did not open or whose content did not decode. */
export interface UnreadableEvent extends EventBase {
  readonly event: "unreadable";
  readonly reason: Exclude<UnreadableReason, "newer-version">;
  readonly author?: Author | undefined;
}

export type ListEvent = ContentEvent | ChangeEvent | UnreadableEvent;

/** What a batch did: the last state of every touched item, the ids that count from now on, and the next ordinal. */
export interface FoldedBatch {
  readonly puts: readonly Item[];
  readonly counted: readonly Uint8Array[];
  readonly rejected: readonly {
    readonly id: Uint8Array;
    readonly rejected: Rejection;
  }[];
  readonly nextOrdinal: number;
}

/** Folds one event; an item that it adds takes `ordinal`. */
export function foldEvent(
  known: Known,
  event: ListEvent,
  ordinal: number,
): Folded {
  if (known.hasCounted(event.id)) return reject("duplicate");
  const placed: Placed = {
    id: event.id,
    ordinal,
    position: event.position,
    minute: event.minute,
  };
  switch (event.event) {
    case "content":
      return foldContent(known, event, placed);
    case "change":
      return add({
        item: "change",
        ...placed,
        change: event.change,
        ...(event.by === undefined ? {} : { by: event.by }),
        ...(event.who === undefined ? {} : { who: event.who }),
      });
    case "unreadable":
      return add({
        item: "unreadable",
        ...placed,
        reason: event.reason,
        ...(event.author === undefined ? {} : { author: event.author }),
      });
  }
}

/** Folds events in their order, each seeing what those before it did; the same as one by one. */
export function foldBatch(
  known: Known,
  events: readonly ListEvent[],
  nextOrdinal: number,
): FoldedBatch {
  const putsById = new Map<string, Item>();
  const countedByKey = new Map<string, Uint8Array>();
  const rejected: FoldedBatch["rejected"][number][] = [];
  const overlaid: Known = {
    item: (id) => putsById.get(encodeBase64url(id)) ?? known.item(id),
    hasCounted: (id) =>
      countedByKey.has(encodeBase64url(id)) || known.hasCounted(id),
  };
  let ordinal = nextOrdinal;
  for (const event of events) {
    const folded = foldEvent(overlaid, event, ordinal);
    if (!folded.counted) {
      rejected.push({ id: event.id, rejected: folded.rejected });
      continue;
    }
    countedByKey.set(encodeBase64url(event.id), event.id);
    for (const item of folded.puts) {
      putsById.set(encodeBase64url(item.id), item);
    }
    if (folded.added) ordinal += 1;
  }
  return {
    puts: [...putsById.values()],
    counted: [...countedByKey.values()],
    rejected,
    nextOrdinal: ordinal,
  };
}

/** A content without the question whether its id has counted; `placed` has no ordinal for what is only queued. */
export function foldContent(
  known: Pick<Known, "item">,
  { content, author }: Pick<ContentEvent, "content" | "author">,
  placed: Placed,
): Folded {
  switch (content.kind) {
    case "text":
      return add({
        item: "message",
        ...placed,
        author,
        text: content.text,
        ...replyOf(known, content.replyTo),
        reactions: [],
        ...extensionsOf(content),
      });
    case "notice":
      return add({
        item: "notice",
        ...placed,
        author,
        title: content.title,
        when: content.when,
        place: content.place,
        agenda: content.agenda,
        answers: [],
        reactions: [],
        ...extensionsOf(content),
      });
    case "reaction": {
      const target = known.item(content.target);
      return foldReaction(target, {
        memberKey: author.memberKey,
        emoji: content.emoji,
        position: placed.position,
      });
    }
    case "rsvp": {
      const notice = known.item(content.notice);
      return foldAnswer(notice, {
        memberKey: author.memberKey,
        answer: content.answer,
        position: placed.position,
      });
    }
    case "hello":
    case "ack":
    case "invite-secret":
      return keep();
    case "unknown":
      if (isSignal(content)) return keep();
      return add({
        item: "unreadable",
        ...placed,
        reason: "newer-version",
        author,
        content: encodeContent(content),
      });
  }
}

function foldReaction(
  target: Item | undefined,
  reaction: MessageItem["reactions"][number],
): Folded {
  if (target === undefined) return reject("unknown-target");
  if (target.item !== "message" && target.item !== "notice") {
    return reject("wrong-target");
  }
  const reactions = putLast(target.reactions, reaction);
  if (reactions === undefined) return reject("full");
  return change({ ...target, reactions });
}

function foldAnswer(
  notice: Item | undefined,
  answer: NoticeItem["answers"][number],
): Folded {
  if (notice === undefined) return reject("unknown-target");
  if (notice.item !== "notice") return reject("wrong-target");
  const answers = putLast(notice.answers, answer);
  if (answers === undefined) return reject("full");
  return change({ ...notice, answers });
}

/** What one person gave or said last, by position and not by arrival. */
interface Given {
  readonly memberKey: Uint8Array;
  readonly position: number;
}

/** The list with `given` in the place of its member; unchanged if a later one stands there, undefined if it is full. */
function putLast<T extends Given>(
  list: readonly T[],
  given: T,
): readonly T[] | undefined {
  const at = list.findIndex(
    (x) => compareBytes(x.memberKey, given.memberKey) >= 0,
  );
  const there = at < 0 ? undefined : list[at];
  if (
    there === undefined ||
    compareBytes(there.memberKey, given.memberKey) !== 0
  ) {
    if (list.length >= MAX_PEOPLE) return undefined;
    return list.toSpliced(at < 0 ? list.length : at, 0, given);
  }
  return there.position >= given.position ? list : list.with(at, given);
}

function replyOf(
  known: Pick<Known, "item">,
  replyTo: Uint8Array | undefined,
): Pick<MessageItem, "replyTo"> {
  if (replyTo === undefined) return {};
  const ordinal = known.item(replyTo)?.ordinal;
  return {
    replyTo: { id: replyTo, ...(ordinal === undefined ? {} : { ordinal }) },
  };
}

function extensionsOf({
  extensions,
}: Content): Pick<MessageItem, "extensions"> {
  return extensions === undefined ? {} : { extensions };
}

function add(item: Item): Folded {
  return { counted: true, added: true, puts: [item] };
}

function change(item: Item): Folded {
  return { counted: true, added: false, puts: [item] };
}

function keep(): Folded {
  return { counted: true, added: false, puts: [] };
}

function reject(rejected: Rejection): Folded {
  return { counted: false, added: false, puts: [], rejected };
}
