/**
 * What the list of circles shows of one circle, kept as one small record (docs/spec/content.md, "Summaries"): the
 * newest item, what is unread, and where the coming meetings stand. Folded from the items that a batch put.
 */

import { equalBytes } from "@halqa/bytes";
import { excerptOf } from "./excerpt.ts";
import type { Author, Change, Item, NoticeItem } from "./item.ts";
import { MAX_UNREAD, MAX_UPCOMING } from "./limits.ts";
import { endOfNotice } from "./notice-time.ts";

/** The newest item of a list, cut to what one line shows. */
export interface LastItem {
  readonly item: Item["item"];
  readonly id: Uint8Array;
  /** Absent for what is only queued. */
  readonly ordinal?: number;
  /** Who sent it; of a change, whom it is about, or else who made it. */
  readonly author?: Author;
  /** Excerpt of the message or title of the notice; empty for the others. */
  readonly text: string;
  readonly change?: Change;
  readonly minute: number;
}

/** Where a notice stands in the list, and from when to when its meeting goes, in minutes since 1970. */
export interface Upcoming {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
}

export interface Summary {
  /** The ordinal that the next new item takes. */
  readonly nextOrdinal: number;
  /** The ordinal up to which this device's person has read; -1 for nothing. */
  readonly readTo: number;
  /** Messages and notices of others after `readTo`, ascending; when there are too many, the newest. */
  readonly unread: readonly number[];
  readonly last?: LastItem;
  /** By start, then ordinal. Those that ended stay until the room is needed. */
  readonly upcoming: readonly Upcoming[];
}

/** The summary of an empty list. */
export const emptySummary: Summary = {
  nextOrdinal: 0,
  readTo: -1,
  unread: [],
  upcoming: [],
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
  const newUnread = placed
    .filter((item) => isNew(item) && isForReading(item, now.own))
    .map((item) => item.ordinal);
  let { last, nextOrdinal } = summary;
  for (const item of placed) {
    nextOrdinal = Math.max(nextOrdinal, item.ordinal + 1);
    if (item.ordinal >= (last?.ordinal ?? 0)) last = lastItemOf(item);
  }
  return {
    nextOrdinal,
    readTo: summary.readTo,
    unread: [...summary.unread, ...newUnread]
      .toSorted((a, b) => a - b)
      .slice(-MAX_UNREAD),
    ...(last === undefined ? {} : { last }),
    upcoming: putUpcoming(summary.upcoming, placed, now.minute),
  };
}

/** The summary after its person has read up to an ordinal; reading never goes back, nor past the end. */
export function markRead(summary: Summary, to: number): Summary {
  const readTo = Math.min(to, summary.nextOrdinal - 1);
  if (!(readTo > summary.readTo)) return summary;
  return {
    ...summary,
    readTo,
    unread: summary.unread.filter((ordinal) => ordinal > readTo),
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
  switch (item.item) {
    case "message":
      return { ...base, author: item.author, text: excerptOf(item.text) };
    case "notice":
      return { ...base, author: item.author, text: excerptOf(item.title) };
    case "change": {
      const author = item.who ?? item.by;
      return {
        ...base,
        ...(author === undefined ? {} : { author }),
        text: "",
        change: item.change,
      };
    }
    case "unreadable":
      return {
        ...base,
        ...(item.author === undefined ? {} : { author: item.author }),
        text: "",
      };
  }
}

type PlacedItem = Item & { readonly ordinal: number };

function isPlaced(item: Item): item is PlacedItem {
  return item.ordinal !== undefined;
}

function isForReading(item: Item, own: Uint8Array): boolean {
  return (
    (item.item === "message" || item.item === "notice") &&
    !equalBytes(item.author.memberKey, own)
  );
}

function putUpcoming(
  upcoming: readonly Upcoming[],
  puts: readonly PlacedItem[],
  nowMinute: number,
): readonly Upcoming[] {
  const notices = puts.filter(
    (item): item is PlacedItem & NoticeItem => item.item === "notice",
  );
  if (notices.length === 0) return upcoming;
  const byOrdinal = new Map(upcoming.map((notice) => [notice.ordinal, notice]));
  for (const { ordinal, when } of notices) {
    const end = endOfNotice(when);
    byOrdinal.set(ordinal, { ordinal, start: when.instant / 60_000, end });
  }
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

function bySoonest(a: Upcoming, b: Upcoming): number {
  return a.start - b.start || a.ordinal - b.ordinal;
}
