// Messages that disappear (docs/spec/content.md, CT-66): counted from the minute of the sender, read or unread.

import { goneFrom } from "./fold-acts.ts";
import type { GoneItem, Item } from "./item.ts";

/** What is left of an item whose time is over at `nowMinute`; undefined while it stays. */
export function expireItem(
  item: Item,
  nowMinute: number,
): GoneItem | undefined {
  if (item.item !== "message" || item.expires === undefined) return undefined;
  return item.expires <= nowMinute ? goneFrom(item, "expired") : undefined;
}
