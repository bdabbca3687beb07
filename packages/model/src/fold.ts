/**
 * Folds: what an entry of a circle does to its list (docs/spec/content.md, "Folds"). Pure and total: no clock, no
 * randomness, no locale, and no content of any member makes them throw. What must not be done here: judge whether an
 * author is still a member (the engine hands over nothing of a removed member) or follow commits.
 */

import { encodeBase64url } from "@halqa/bytes";
import type { Content } from "./content.ts";
import { foldContent } from "./fold-content.ts";
import { add, keep, reject, type Folded, type Rejection } from "./folded.ts";
import type {
  Author,
  Change,
  Item,
  Placed,
  Standing,
  UnreadableReason,
} from "./item.ts";

/** What is already there, by ids. */
export interface Known {
  /** The item under an id; undefined where there is none. Needed for every id of `referencesOf`. */
  readonly item: (id: Uint8Array) => Item | undefined;
  /** Whether an entry with this id has counted before, whether or not it made an item. */
  readonly hasCounted: (id: Uint8Array) => boolean;
}

interface EventBase {
  /** Made by `itemIdOf` for what members send; any unused id for the others. */
  readonly id: Uint8Array;
  /** Grows with every entry of the circle, over all of its logs; below 2^47. */
  readonly position: number;
  /** Minutes since 1970 in UTC, an unsigned 32-bit number. */
  readonly minute: number;
}

/** A content that opened and decoded. */
export interface ContentEvent extends EventBase {
  readonly event: "content";
  readonly content: Content;
  readonly author: Author;
  /** Absent: the author has no rights and nothing shared counts. */
  readonly standing?: Standing | undefined;
  /** Of a sealed content: what is inside, for those to whom it was sealed. */
  readonly inside?: Content | undefined;
}

/** What a commit did, for the list. */
export interface ChangeEvent extends EventBase {
  readonly event: "change";
  readonly change: Change;
  readonly by?: Author | undefined;
  readonly who?: Author | undefined;
  /** A name. */
  readonly text?: string | undefined;
}

/** An entry that did not open or whose content did not decode. */
export interface UnreadableEvent extends EventBase {
  readonly event: "unreadable";
  readonly reason: Exclude<UnreadableReason, "newer-version">;
  readonly author?: Author | undefined;
}

export type ListEvent = ContentEvent | ChangeEvent | UnreadableEvent;

/** What a batch did: the last state of every touched item, the ids that count from now on, and the next ordinal. */
export interface FoldedBatch {
  readonly puts: readonly Item[];
  readonly counted: readonly Uint8Array[];
  readonly rejected: readonly {
    readonly id: Uint8Array;
    readonly rejected: Rejection;
  }[];
  readonly nextOrdinal: number;
}

/** Folds one event; an item that it adds takes `ordinal`. */
export function foldEvent(
  known: Known,
  event: ListEvent,
  ordinal: number,
): Folded {
  if (known.hasCounted(event.id)) return reject("duplicate");
  const placed: Placed = {
    id: event.id,
    ordinal,
    position: event.position,
    minute: event.minute,
  };
  switch (event.event) {
    case "content":
      return isSharedHere(known, event.content)
        ? keep()
        : foldContent(known, event, placed);
    case "change":
      return add({
        item: "change",
        ...placed,
        change: event.change,
        ...(event.by === undefined ? {} : { by: event.by }),
        ...(event.who === undefined ? {} : { who: event.who }),
        ...(event.text === undefined ? {} : { text: event.text }),
      });
    case "unreadable":
      return add({
        item: "unreadable",
        ...placed,
        reason: event.reason,
        ...(event.author === undefined ? {} : { author: event.author }),
      });
  }
}

/** CT-81: what is passed on and was here already, in whatever form. */
function isSharedHere(known: Known, content: Content): boolean {
  return content.kind === "share" && known.hasCounted(content.target);
}

/** Folds events in their order, each seeing what those before it did; the same as one by one. */
export function foldBatch(
  known: Known,
  events: readonly ListEvent[],
  nextOrdinal: number,
): FoldedBatch {
  const putsById = new Map<string, Item>();
  const countedByKey = new Map<string, Uint8Array>();
  const rejected: FoldedBatch["rejected"][number][] = [];
  const overlaid: Known = {
    item: (id) => putsById.get(encodeBase64url(id)) ?? known.item(id),
    hasCounted: (id) =>
      countedByKey.has(encodeBase64url(id)) || known.hasCounted(id),
  };
  let ordinal = nextOrdinal;
  for (const event of events) {
    const folded = foldEvent(overlaid, event, ordinal);
    if (!folded.counted) {
      rejected.push({ id: event.id, rejected: folded.rejected });
      continue;
    }
    countedByKey.set(encodeBase64url(event.id), event.id);
    for (const item of folded.puts) {
      putsById.set(encodeBase64url(item.id), item);
      // What is passed on stands under the id that it had, which its own entry would take.
      if (folded.added) countedByKey.set(encodeBase64url(item.id), item.id);
    }
    if (folded.added) ordinal += 1;
  }
  return {
    puts: [...putsById.values()],
    counted: [...countedByKey.values()],
    rejected,
    nextOrdinal: ordinal,
  };
}
