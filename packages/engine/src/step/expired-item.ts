/**
 * Items that the store lets go of by itself (docs/spec/vault.md, VA-48): until which day, and what stands in their place where the
 * store was first. A list is dense, whatever of it is gone.
 */
import { encodeUtf8 } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { ID_BYTES } from "@halqa/model";
import type { Item } from "@halqa/model";

const MINUTES_OF_DAY = 1_440;
const KEY_LENGTH = 32;

/** The last day on which the store may give the item; undefined for what stays. */
export function lastDayOf(item: Item): number | undefined {
  if (item.item !== "message" || item.expires === undefined) return undefined;
  return Math.floor(item.expires / MINUTES_OF_DAY);
}

/** What the list shows where an item was: nobody knows any more what and whose it was. `near` is one beside it. */
export function expiredItem(
  circle: string,
  ordinal: number,
  near: Item | undefined,
): Extract<Item, { item: "gone" }> {
  return {
    item: "gone",
    id: sha256(encodeUtf8(`${circle}/${ordinal}`)).slice(0, ID_BYTES),
    ordinal,
    position: near?.position ?? 0,
    minute: near?.minute ?? 0,
    was: "message",
    cause: "expired",
    author: { memberKey: new Uint8Array(KEY_LENGTH), name: "" },
  };
}
