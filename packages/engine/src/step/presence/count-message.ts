/**
 * What the number of a message tells about those before it (docs/spec/presence.md, PR-20 to PR-22). Authors can put any number: it
 * says something about their own messages only, and how much of it is kept is bounded where it is kept.
 */
import type { Counted } from "../../circle/sent-count.ts";
import { MAX_GAPS_OF_LEAF } from "../limits.ts";
import type { LeafPresence } from "./leaf-presence.ts";
import type { Missing } from "./missing.ts";

type Count = Pick<LeafPresence, "epoch" | "next" | "before">;

/** The leaf after one more message of it; the same where nothing is new. */
export function countMessage<T extends Count>(
  leaf: T,
  counted: Counted,
): { readonly leaf: T; readonly missing: readonly Missing[] } {
  const { epoch, number } = counted;
  if (epoch < leaf.epoch || (epoch === leaf.epoch && number < leaf.next))
    return readAgain(leaf, counted);
  if (epoch === leaf.epoch) {
    const missing = between(epoch, leaf.next, number);
    return settleBefore({ ...leaf, next: number + 1 }, counted, missing);
  }
  const before = { epoch: leaf.epoch, count: leaf.next };
  const next = { ...leaf, epoch, next: number + 1, before };
  return settleBefore(next, counted, between(epoch, 0, number));
}

/** One that came late can still be the first of its epoch. */
function readAgain<T extends Count>(
  leaf: T,
  counted: Counted,
): { readonly leaf: T; readonly missing: readonly Missing[] } {
  return counted.epoch === leaf.epoch
    ? settleBefore(leaf, counted, [])
    : { leaf, missing: [] };
}

/** PR-21: the first message of an epoch says how many there were in the one before. */
function settleBefore<T extends Count>(
  leaf: T,
  { number, before: told }: Counted,
  missing: readonly Missing[],
): { readonly leaf: T; readonly missing: readonly Missing[] } {
  const { before: known } = leaf;
  if (number !== 0) return { leaf, missing };
  const settled = known === undefined ? leaf : { ...leaf, before: undefined };
  if (told === undefined || known === undefined || told.epoch < known.epoch)
    return { leaf: settled, missing };
  const from = told.epoch === known.epoch ? known.count : 0;
  return {
    leaf: settled,
    missing: [...between(told.epoch, from, told.count), ...missing],
  };
}

/** The last ones: they are the ones that their author is most likely to have still. */
function between(epoch: bigint, from: number, to: number): readonly Missing[] {
  const first = Math.max(from, to - MAX_GAPS_OF_LEAF);
  return Array.from({ length: Math.max(0, to - first) }, (_, index) => ({
    epoch,
    number: first + index,
  }));
}
