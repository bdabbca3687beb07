/** How far the index of a circle's list has come, and what of it is to be written again (docs/spec/engine.md, EN-151, EN-152). */
import {
  failReader,
  readU32,
  readU8,
  readVectorOf,
  writeU32,
  writeU8,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { searchTextOf } from "@halqa/model";
import type { Item } from "@halqa/model";
import { SEGMENT_SPAN, segmentOf } from "@halqa/search";

/** Raised when words are folded in another way: then the whole index is written anew. */
const FOLDING = 1;

export interface SearchState {
  /** Full segments that were indexed. */
  readonly segments: number;
  /** Those of them in which something says something else now, ascending. */
  readonly stale: readonly number[];
}

export const nothingIndexed: SearchState = { segments: 0, stale: [] };

/** The segment to be written next, if one is. */
export function dueSegment(
  { segments, stale }: SearchState,
  nextOrdinal: number,
): number | undefined {
  if (stale.length > 0) return stale[0];
  return segmentOf(nextOrdinal) > segments ? segments : undefined;
}

/** The segment was written from the items as they are. */
export function markIndexed(state: SearchState, segment: number): SearchState {
  return {
    segments: Math.max(state.segments, segment + 1),
    stale: state.stale.filter((one) => one !== segment),
  };
}

/** What `puts` replace may say something else now, or nothing any more: its words have to leave the index. */
export function markChanged(
  state: SearchState,
  puts: readonly Item[],
  before: (id: Uint8Array) => Item | undefined,
): SearchState {
  const end = state.segments * SEGMENT_SPAN;
  const stale = new Set(state.stale);
  for (const item of puts) {
    const { ordinal } = item;
    if (ordinal === undefined || ordinal >= end) continue;
    const old = before(item.id);
    if (old === undefined || indexedText(old) !== indexedText(item))
      stale.add(segmentOf(ordinal));
  }
  if (stale.size === state.stale.length) return state;
  return { ...state, stale: [...stale].toSorted((a, b) => a - b) };
}

/** What stands in the index of an item. */
function indexedText(item: Item): string {
  const said = searchTextOf(item);
  return said === undefined || said.fleeting ? "" : said.text;
}

export function writeSearchState(w: Writer, state: SearchState): void {
  writeU8(w, FOLDING);
  writeU32(w, state.segments);
  writeVectorOf(w, state.stale, writeU32);
}

/** An index that was folded in another way is none. */
export function readSearchState(r: Reader): SearchState {
  const folding = readU8(r);
  const segments = readU32(r);
  const stale = readVectorOf(r, readU32);
  if (folding === 0) failReader(r, "invalid");
  return folding === FOLDING ? { segments, stale } : nothingIndexed;
}
