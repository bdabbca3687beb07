// A list as a device keeps it, in memory: what the engine does with folds, in a few lines.

import { encodeHex } from "@halqa/bytes";
import {
  foldBatch,
  type Item,
  type Known,
  type ListEvent,
} from "../src/index.ts";

export interface List {
  readonly itemsById: ReadonlyMap<string, Item>;
  readonly countedIds: ReadonlySet<string>;
  readonly nextOrdinal: number;
}

export const emptyList: List = {
  itemsById: new Map(),
  countedIds: new Set(),
  nextOrdinal: 0,
};

export function knownOf(list: List): Known {
  return {
    item: (id) => list.itemsById.get(encodeHex(id)),
    hasCounted: (id) => list.countedIds.has(encodeHex(id)),
  };
}

/** The list after one transaction. */
export function applyBatch(list: List, events: readonly ListEvent[]): List {
  const batch = foldBatch(knownOf(list), events, list.nextOrdinal);
  const itemsById = new Map(list.itemsById);
  for (const item of batch.puts) itemsById.set(encodeHex(item.id), item);
  return {
    itemsById,
    countedIds: new Set([...list.countedIds, ...batch.counted.map(encodeHex)]),
    nextOrdinal: batch.nextOrdinal,
  };
}

/** The items in the order of the list. */
export function itemsOf(list: List): readonly Item[] {
  return [...list.itemsById.values()].toSorted(
    (a, b) => a.ordinal! - b.ordinal!,
  );
}
