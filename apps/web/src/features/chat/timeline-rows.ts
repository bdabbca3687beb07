// From items to what is drawn: where a day begins, where the unread line stands, and which messages belong together.

import type { TimelineItem } from "@halqa/engine";
import { isSameDay } from "../../ui/format-time.ts";

/** Messages of one person in less than this are one breath. */
const GROUP_GAP_MS = 2 * 60_000;

export interface TimelineRow {
  readonly item: TimelineItem;
  /** The first of its day: a heading stands before it. */
  readonly opensDay: boolean;
  /** The line of what is new stands before it. */
  readonly opensUnread: boolean;
  /** First and last of its group: the name stands at the first, the time at the last. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** One row for each item, in order; `unreadId` names the item that the line of what is new stands before. */
export function timelineRows(
  items: readonly TimelineItem[],
  unreadId: string | undefined,
): readonly TimelineRow[] {
  const unread = items.find(({ id }) => id === unreadId);
  return items.map((item, index) => {
    const before = items[index - 1];
    const after = items[index + 1];
    return {
      item,
      opensDay: before === undefined || !isSameDay(before.at, item.at),
      opensUnread: item === unread,
      isFirst:
        before === undefined || item === unread || !areGrouped(before, item),
      isLast:
        after === undefined || after === unread || !areGrouped(item, after),
    };
  });
}

/** The first that others said since. */
export function firstUnread(
  items: readonly TimelineItem[],
  readTo: number,
): TimelineItem | undefined {
  return items.find((item) => isUnread(item, readTo));
}

/** What others said since; own messages and changes among the members are never unread. */
export function isUnread(item: TimelineItem, readTo: number): boolean {
  return isSaidByOthers(item) && (item.ordinal ?? -1) > readTo;
}

export function isSaidByOthers(item: TimelineItem): boolean {
  switch (item.item) {
    case "message":
    case "notice":
    case "poll":
    case "task":
    case "minutes":
      return !item.author.own;
    case "unreadable":
      return true;
    case "gone":
    case "change":
      return false;
  }
}

function areGrouped(one: TimelineItem, next: TimelineItem): boolean {
  return (
    one.item === "message" &&
    next.item === "message" &&
    one.author.member === next.author.member &&
    next.at - one.at < GROUP_GAP_MS &&
    isSameDay(one.at, next.at)
  );
}
