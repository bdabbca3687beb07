/**
 * Who was last heard (docs/spec/presence.md): for each device of a circle the day, the number that its next message has, and whether it
 * ever said anything since it was added. Plain data in small pages, so that a message changes little of what is stored.
 */
import type { AddedMember, Heard } from "../../circle/entry-outcome.ts";
import { DAY_MS, LEAVES_IN_PAGE } from "../limits.ts";
import { none } from "../none.ts";
import { countMessage } from "./count-message.ts";
import { closeGap, openGaps } from "./gaps.ts";
import type { Gap } from "./gaps.ts";
import type { Removal } from "./removal.ts";
import type { LeafPresence } from "./leaf-presence.ts";

export interface Presence {
  readonly meta: PresenceMeta;
  /** Devices by their leaf, so many to a page. */
  readonly pages: readonly LeafPage[];
  readonly gaps: readonly Gap[];
}

/** What changes with commits and from time to time. */
export interface PresenceMeta {
  /** Days since 1970, and the epoch: who was in the circle then counts as heard. */
  readonly since: { readonly day: number; readonly epoch: bigint };
  /** When epochs ended, by this device's clock, whose keys may still be here. */
  readonly ended: readonly EndedEpoch[];
  readonly removal: Removal | undefined;
  /** When this steward passes on what newcomers miss, and when that was last done, by anybody. */
  readonly shareAt: number | undefined;
  readonly sharedAt: number;
}

export interface EndedEpoch {
  readonly epoch: bigint;
  /** Milliseconds. */
  readonly at: number;
}

export type LeafPage = readonly (LeafPresence | undefined)[];

/** From the moment when a circle comes to this device. */
export function startPresence(now: number, epoch: bigint): Presence {
  return {
    meta: {
      since: { day: dayOf(now), epoch },
      ended: none,
      removal: undefined,
      shareAt: undefined,
      sharedAt: 0,
    },
    pages: none,
    gaps: none,
  };
}

export function dayOf(now: number): number {
  return Math.min(0xffff, Math.max(0, Math.floor(now / DAY_MS)));
}

/** What is known of a device; one of which nothing is noted was there before this device. */
export function leafAt(
  { pages }: Pick<Presence, "pages">,
  leaf: number,
): LeafPresence | undefined {
  return pages[Math.floor(leaf / LEAVES_IN_PAGE)]?.[leaf % LEAVES_IN_PAGE];
}

/** The day on which a device was last heard, or came, or was there. */
export function lastDayOf(presence: Presence, leaf: number): number {
  return leafAt(presence, leaf)?.day ?? presence.meta.since.day;
}

/** A device was heard. The same presence where that changes nothing. */
export function hearLeaf(
  presence: Presence,
  heard: Heard,
  now: number,
): Presence {
  const { leaf, counted } = heard;
  const old = leafAt(presence, leaf);
  const day = dayOf(now);
  const known: LeafPresence = old ?? {
    state: "heard",
    day,
    epoch: presence.meta.since.epoch,
    next: 0,
    before: undefined,
  };
  const count =
    counted === undefined
      ? { leaf: known, missing: [] }
      : countMessage(known, counted);
  const next = count.leaf;
  const isSame =
    old !== undefined &&
    next === known &&
    known.state === "heard" &&
    known.day === day;
  const gaps = openGaps(
    counted === undefined
      ? presence.gaps
      : closeGap(presence.gaps, { leaf, ...counted }),
    { leaf, missing: count.missing, now },
  );
  if (isSame) return gaps === presence.gaps ? presence : { ...presence, gaps };
  const pages = putLeaf(presence.pages, leaf, { ...next, state: "heard", day });
  return { ...presence, pages, gaps };
}

/** Devices that came with a commit: nothing of whoever sat there before is theirs. */
export function addLeaves(
  presence: Presence,
  o: {
    readonly added: readonly AddedMember[];
    readonly isOwn: boolean;
    /** That began with them. */
    readonly epoch: bigint;
    readonly now: number;
  },
): Presence {
  const { added, isOwn, epoch, now } = o;
  if (added.length === 0) return presence;
  const fresh: LeafPresence = {
    state: isOwn ? "added-by-us" : "added",
    day: dayOf(now),
    epoch,
    next: 0,
    before: undefined,
  };
  const leaves = new Set(added.map(({ leaf }) => leaf));
  let { pages } = presence;
  for (const leaf of leaves) pages = putLeaf(pages, leaf, fresh);
  const gaps = presence.gaps.filter(({ leaf }) => !leaves.has(leaf));
  return {
    ...presence,
    pages,
    gaps: gaps.length === presence.gaps.length ? presence.gaps : orNone(gaps),
  };
}

function putLeaf(
  pages: readonly LeafPage[],
  leaf: number,
  presence: LeafPresence,
): readonly LeafPage[] {
  const at = Math.floor(leaf / LEAVES_IN_PAGE);
  const grown = [...pages];
  while (grown.length <= at) grown.push([]);
  const page: (LeafPresence | undefined)[] = [...(grown[at] ?? [])];
  while (page.length < leaf % LEAVES_IN_PAGE) page.push(undefined);
  page[leaf % LEAVES_IN_PAGE] = presence;
  grown[at] = page;
  return grown;
}

export function withMeta(
  presence: Presence,
  change: Partial<PresenceMeta>,
): Presence {
  return { ...presence, meta: { ...presence.meta, ...change } };
}

export function orNone<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? none : list;
}
