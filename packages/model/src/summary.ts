/**
 * What the list of circles shows of one circle, kept as one small record (docs/spec/content.md, "Summaries"): the
 * newest item, what is unread, and where the coming meetings stand. Folded from the items that a batch put.
 */

import { equalBytes } from "@halqa/bytes";
import type { AttachmentKind } from "./attachment.ts";
import { excerptOf } from "./excerpt.ts";
import {
  isHidden,
  isPost,
  type Author,
  type Change,
  type Item,
  type NoticeItem,
  type PostItem,
} from "./item.ts";
import { MAX_PINNED, MAX_UNREAD, MAX_UPCOMING } from "./limits.ts";
import { endOfNotice } from "./notice-time.ts";

/** The newest item of a list, cut to what one line shows. */
export interface LastItem {
  readonly item: Item["item"];
  readonly id: Uint8Array;
  /** Absent for what is only queued. */
  readonly ordinal?: number;
  /** Who sent it; of a change, whom it is about, or else who made it. */
  readonly author?: Author;
  /** Excerpt of what a post says; empty for the others and for what is hidden. */
  readonly text: string;
  /** The kind of the first attachment of a message. */
  readonly attachment?: AttachmentKind;
  readonly change?: Change;
  readonly minute: number;
}

/** Where a notice stands in the list, and from when to when its meeting goes, in minutes since 1970. */
export interface Upcoming {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
}

/** Where something pinned stands, and where the pin stands. */
export interface Pinned {
  readonly ordinal: number;
  readonly position: number;
}

export interface Summary {
  /** The ordinal that the next new item takes. */
  readonly nextOrdinal: number;
  /** The ordinal up to which this device's person has read; -1 for nothing. */
  readonly readTo: number;
  /** Messages and notices of others after `readTo`, ascending; when there are too many, the newest. */
  readonly unread: readonly number[];
  /** Those of them that mention this device's person. */
  readonly mentions: readonly number[];
  readonly last?: LastItem;
  /** By start, then ordinal. Those that ended stay until the room is needed. */
  readonly upcoming: readonly Upcoming[];
  /** By ordinal. */
  readonly pinned: readonly Pinned[];
}

/** The summary of an empty list. */
export const emptySummary: Summary = {
  nextOrdinal: 0,
  readTo: -1,
  unread: [],
  mentions: [],
  upcoming: [],
  pinned: [],
};

/**
 * The summary after items were put into the list, new ones or changed ones. `own` is this device's member key;
 * `minute` is the time now, which matters only when more meetings are coming than are kept.
 */
export function foldSummary(
  summary: Summary,
  puts: readonly Item[],
  now: { readonly own: Uint8Array; readonly minute: number },
): Summary {
  const placed = puts.filter(isPlaced);
  const isNew = (item: PlacedItem): boolean =>
    item.ordinal >= summary.nextOrdinal;
  const fresh = placed.filter(
    (item) => isNew(item) && isForReading(item, now.own),
  );
  // What was taken back is not to be read any more.
  const gone = new Set(
    placed.filter((x) => x.item === "gone").map((x) => x.ordinal),
  );
  const unread = withNew(summary.unread, fresh, gone);
  const calls = fresh.filter((item) => isMentioned(item, now.own));
  const isUnread = new Set(unread);
  let { last, nextOrdinal } = summary;
  for (const item of placed) {
    nextOrdinal = Math.max(nextOrdinal, item.ordinal + 1);
    if (item.ordinal >= (last?.ordinal ?? 0)) last = lastItemOf(item);
  }
  return {
    nextOrdinal,
    readTo: summary.readTo,
    unread,
    mentions: withNew(summary.mentions, calls, gone).filter((x) =>
      isUnread.has(x),
    ),
    ...(last === undefined ? {} : { last }),
    upcoming: putUpcoming(summary.upcoming, placed, now.minute),
    pinned: putPinned(summary.pinned, placed),
  };
}

function withNew(
  ordinals: readonly number[],
  fresh: readonly PlacedItem[],
  gone: ReadonlySet<number>,
): readonly number[] {
  return [...ordinals, ...fresh.map((item) => item.ordinal)]
    .filter((ordinal) => !gone.has(ordinal))
    .toSorted((a, b) => a - b)
    .slice(-MAX_UNREAD);
}

/** The summary after its person has read up to an ordinal; reading never goes back, nor past the end. */
export function markRead(summary: Summary, to: number): Summary {
  const readTo = Math.min(to, summary.nextOrdinal - 1);
  if (!(readTo > summary.readTo)) return summary;
  return {
    ...summary,
    readTo,
    unread: summary.unread.filter((ordinal) => ordinal > readTo),
    mentions: summary.mentions.filter((ordinal) => ordinal > readTo),
  };
}

/** Where the notice of the next meeting stands, one that is on included; undefined when none is coming. */
export function nextNoticeOf(
  summary: Summary,
  nowMinute: number,
): Upcoming | undefined {
  return summary.upcoming.find((notice) => notice.end > nowMinute);
}

/** An item cut to what one line shows. */
export function lastItemOf(item: Item): LastItem {
  const { id, ordinal, minute } = item;
  const base = {
    item: item.item,
    id,
    ...(ordinal === undefined ? {} : { ordinal }),
    minute,
  };
  if (isPost(item)) {
    const text = isHidden(item) ? "" : excerptOf(textOf(item));
    return { ...base, author: item.author, text, ...firstAttachment(item) };
  }
  switch (item.item) {
    case "change": {
      const author = item.who ?? item.by;
      return {
        ...base,
        ...(author === undefined ? {} : { author }),
        text: "",
        change: item.change,
      };
    }
    case "gone":
      return { ...base, author: item.author, text: "" };
    case "unreadable":
      return {
        ...base,
        ...(item.author === undefined ? {} : { author: item.author }),
        text: "",
      };
  }
}

/** What a post says, as far as one line goes. */
export function textOf(post: PostItem): string {
  switch (post.item) {
    case "message":
    case "minutes":
      return post.text;
    case "notice":
    case "task":
      return post.title;
    case "poll":
      return post.question;
  }
}

function firstAttachment(post: PostItem): Pick<LastItem, "attachment"> {
  if (post.item !== "message" || isHidden(post)) return {};
  const [first] = post.attachments ?? [];
  return first === undefined ? {} : { attachment: first.kind };
}

type PlacedItem = Item & { readonly ordinal: number };

function isPlaced(item: Item): item is PlacedItem {
  return item.ordinal !== undefined;
}

function isForReading(item: Item, own: Uint8Array): boolean {
  return isPost(item) && !equalBytes(item.author.memberKey, own);
}

function isMentioned(item: Item, own: Uint8Array): boolean {
  return (
    item.item === "message" &&
    (item.mentions ?? []).some((x) => equalBytes(x.memberKey, own))
  );
}

/** Whoever may pin and pins everything is seen; the pins that are newest by position are kept. */
function putPinned(
  pinned: readonly Pinned[],
  puts: readonly PlacedItem[],
): readonly Pinned[] {
  const byOrdinal = new Map(pinned.map((one) => [one.ordinal, one]));
  let hasChanged = false;
  for (const item of puts) {
    const pin = isPost(item) ? item.pin : undefined;
    if (pin?.pinned === true) {
      byOrdinal.set(item.ordinal, {
        ordinal: item.ordinal,
        position: pin.position,
      });
      hasChanged = true;
    } else if (byOrdinal.delete(item.ordinal)) hasChanged = true;
  }
  if (!hasChanged) return pinned;
  return [...byOrdinal.values()]
    .toSorted((a, b) => b.position - a.position || b.ordinal - a.ordinal)
    .slice(0, MAX_PINNED)
    .toSorted((a, b) => a.ordinal - b.ordinal);
}

function putUpcoming(
  upcoming: readonly Upcoming[],
  puts: readonly PlacedItem[],
  nowMinute: number,
): readonly Upcoming[] {
  const byOrdinal = new Map(upcoming.map((notice) => [notice.ordinal, notice]));
  let hasChanged = false;
  for (const item of puts) {
    if (isComing(item)) {
      const { ordinal, when } = item;
      const end = endOfNotice(when);
      byOrdinal.set(ordinal, { ordinal, start: when.instant / 60_000, end });
      hasChanged = true;
    } else if (byOrdinal.delete(item.ordinal)) hasChanged = true;
  }
  if (!hasChanged) return upcoming;
  const all = [...byOrdinal.values()].toSorted(bySoonest);
  if (all.length <= MAX_UPCOMING) return all;
  // Those that ended go first, then those furthest away: a flood of far meetings hides none that is near.
  const coming = all.filter((notice) => notice.end > nowMinute);
  const ended = all.filter((notice) => notice.end <= nowMinute);
  const room = Math.max(0, MAX_UPCOMING - coming.length);
  return [
    ...ended.slice(ended.length - Math.min(room, ended.length)),
    ...coming.slice(0, MAX_UPCOMING),
  ].toSorted(bySoonest);
}

/** A meeting that was called off or hidden is not announced. */
function isComing(item: PlacedItem): item is PlacedItem & NoticeItem {
  return (
    item.item === "notice" &&
    item.update?.state !== "cancelled" &&
    !isHidden(item)
  );
}

function bySoonest(a: Upcoming, b: Upcoming): number {
  return a.start - b.start || a.ordinal - b.ordinal;
}
