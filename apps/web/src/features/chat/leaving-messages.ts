// Messages between Enter and the engine's word that they are stored (docs/spec/app.md, AP-42): they stand in the list at once,
// as waiting, and give way to the engine's own items.

import type { MessageItem, TimelineItem } from "@halqa/engine";

export interface LeavingMessage {
  /** Its name until it has an id. */
  readonly key: string;
  readonly item: MessageItem;
  /** Once it is stored. */
  readonly id?: string;
}

/** The list with what it does not hold yet at its end. */
export function withLeaving(
  items: readonly TimelineItem[],
  leaving: readonly LeavingMessage[],
): readonly TimelineItem[] {
  const missing = leaving.filter((one) => !isThere(items, one));
  return missing.length === 0
    ? items
    : [...items, ...missing.map(({ item }) => item)];
}

/** Those that the list does not hold by their ids yet. */
export function stillLeaving(
  items: readonly TimelineItem[],
  leaving: readonly LeavingMessage[],
): readonly LeavingMessage[] {
  const left = leaving.filter(
    ({ id }) => id === undefined || !items.some((item) => item.id === id),
  );
  return left.length === leaving.length ? leaving : left;
}

/** Before the answer comes, the engine's item is known by its words alone. */
function isThere(
  items: readonly TimelineItem[],
  { id, item }: LeavingMessage,
): boolean {
  if (id !== undefined) return items.some((one) => one.id === id);
  return items.some(
    (one) =>
      one.item === "message" &&
      one.author.own &&
      one.ordinal === undefined &&
      one.text === item.text,
  );
}
