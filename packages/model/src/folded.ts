// What a fold answers, and the small steps that all folds share.

import { compareBytes } from "@halqa/bytes";
import type { Author, Item, Placed, PostItem, Standing } from "./item.ts";
import { MAX_PEOPLE } from "./limits.ts";

/** An act with who did it and where. */
export interface Act {
  readonly item: (id: Uint8Array) => Item | undefined;
  readonly author: Author;
  readonly standing: Standing;
  readonly placed: Placed;
}

/**
 * `duplicate`: nothing counts twice. `unknown-target`, `wrong-target`, `gone`: what it is about is not there, of another
 * kind, or no longer there. `full`: an item takes nobody new. `not-allowed`: its author may not. `not-counting`: shared
 * state that came late; its author may send it again under the same id. `closed`: the poll is over. `bad-choice`: the
 * poll has no such vote. `outranked`: the notice stands in a higher version.
 */
export type Rejection =
  | "duplicate"
  | "unknown-target"
  | "wrong-target"
  | "gone"
  | "full"
  | "not-allowed"
  | "not-counting"
  | "closed"
  | "bad-choice"
  | "outranked";

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

export function add(item: Item): Folded {
  return { counted: true, added: true, puts: [item] };
}

export function change(item: Item): Folded {
  return { counted: true, added: false, puts: [item] };
}

export function keep(): Folded {
  return { counted: true, added: false, puts: [] };
}

export function reject(rejected: Rejection): Folded {
  return { counted: false, added: false, puts: [], rejected };
}

/** The post of this kind that an act is about, or why it is about none. */
export function targetOf<Kind extends PostItem["item"]>(
  item: Item | undefined,
  ...kinds: readonly Kind[]
): Extract<PostItem, { readonly item: Kind }> | Rejection {
  if (item === undefined) return "unknown-target";
  if (item.item === "gone") return "gone";
  return isOf(item, kinds) ? item : "wrong-target";
}

function isOf<Kind extends PostItem["item"]>(
  item: Item,
  kinds: readonly Kind[],
): item is Extract<PostItem, { readonly item: Kind }> {
  return kinds.some((kind) => kind === item.item);
}

/** What one person gave or said last, by position and not by arrival. */
interface Given {
  readonly memberKey: Uint8Array;
  readonly position: number;
}

/** The list with `given` in the place of its member; unchanged if a later one stands there, undefined if it is full. */
export function putLast<T extends Given>(
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
