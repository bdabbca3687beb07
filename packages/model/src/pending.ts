/**
 * What this device's person did and the relay does not have yet, laid over the list as it will look (docs/spec/
 * content.md, CT-41). Nothing of it is stored as an item: the log decides, and the same fold runs again then.
 */

import { encodeBase64url } from "@halqa/bytes";
import type { Content, ListContent } from "./content.ts";
import { foldContent } from "./fold-content.ts";
import type { Author, Item, Standing } from "./item.ts";

/** An own content in the outbox. */
export interface PendingContent {
  readonly content: ListContent;
  readonly id: Uint8Array;
  readonly minute: number;
  /** Of a sealed content: what is inside. */
  readonly inside?: Content | undefined;
}

/** Behind every position of a log, so that what was tapped last is shown. */
const FIRST_PENDING_POSITION = 2 ** 47;

/** What a pending act is judged by: as if it stood in the log already. */
export interface PendingAuthor extends Author {
  readonly steward?: boolean | undefined;
  readonly pins?: boolean | undefined;
}

/** The items with pending acts done to them, and behind them the pending messages and notices, without ordinals. */
export function overlayPending(
  items: readonly Item[],
  pending: readonly PendingContent[],
  { steward = false, pins = false, ...author }: PendingAuthor,
): readonly Item[] {
  const standing: Standing = { steward, pins, late: false, counting: true };
  const itemsById = new Map(
    items.map((item) => [encodeBase64url(item.id), item]),
  );
  const known = {
    item: (id: Uint8Array) => itemsById.get(encodeBase64url(id)),
  };
  for (const [index, one] of pending.entries()) {
    const { content, id, minute, inside } = one;
    // What came back from the log in this moment is no longer pending.
    if (itemsById.has(encodeBase64url(id))) continue;
    const position = FIRST_PENDING_POSITION + index;
    const folded = foldContent(
      known,
      { content, author, standing, inside },
      { id, position, minute },
    );
    for (const item of folded.puts) {
      itemsById.set(encodeBase64url(item.id), item);
    }
  }
  // A map keeps the place of what is set again, so changed items stand where they stood.
  return [...itemsById.values()];
}
