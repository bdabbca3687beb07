/**
 * Heads of the relay's chain at recent positions, 16 bytes each (docs/spec/circle.md, CI-26). In blocks, so that one more
 * entry copies half a kilobyte and not the whole window.
 */
import { concatBytes, equalBytes } from "@halqa/bytes";
import { WINDOW_LENGTH } from "./limits.ts";

/** A mark for each position from `from` to the newest. */
export interface ChainWindow {
  readonly from: number;
  /** All but the last are full. */
  readonly blocks: readonly Uint8Array[];
}

export const MARK_LENGTH = 16;
const MARKS_IN_BLOCK = 32;
const BLOCK_LENGTH = MARKS_IN_BLOCK * MARK_LENGTH;
// One block beyond the window, so that a whole window is there whenever the oldest block goes.
const MAX_BLOCKS = WINDOW_LENGTH / MARKS_IN_BLOCK + 1;

/** The part of a head that is kept and that messages carry. */
export function markOf(head: Uint8Array): Uint8Array {
  return head.slice(0, MARK_LENGTH);
}

export function startWindow(from: number, head: Uint8Array): ChainWindow {
  return { from, blocks: [markOf(head)] };
}

/** With the head of the next position. */
export function extendWindow(
  window: ChainWindow,
  mark: Uint8Array,
): ChainWindow {
  const { from, blocks } = window;
  const last = blocks.at(-1);
  if (last !== undefined && last.length < BLOCK_LENGTH)
    return { from, blocks: [...blocks.slice(0, -1), concatBytes(last, mark)] };
  const more = [...blocks, mark];
  return more.length <= MAX_BLOCKS
    ? { from, blocks: more }
    : { from: from + MARKS_IN_BLOCK, blocks: more.slice(1) };
}

/** How many positions the window holds. */
export function windowLength({ blocks }: ChainWindow): number {
  const bytes = blocks.reduce((sum, block) => sum + block.length, 0);
  return bytes / MARK_LENGTH;
}

/** The mark at a position; undefined outside the window. */
export function markAt(
  { from, blocks }: ChainWindow,
  seq: number,
): Uint8Array | undefined {
  const index = seq - from;
  if (!Number.isInteger(index) || index < 0) return undefined;
  const block = blocks[Math.floor(index / MARKS_IN_BLOCK)];
  const start = (index % MARKS_IN_BLOCK) * MARK_LENGTH;
  return block !== undefined && start < block.length
    ? block.slice(start, start + MARK_LENGTH)
    : undefined;
}

/** The window as one run of marks. */
export function windowBytes({ blocks }: ChainWindow): Uint8Array {
  return concatBytes(...blocks);
}

/** From a run of marks; undefined when that is no window that could have been made here. */
export function windowOf(
  from: number,
  marks: Uint8Array,
): ChainWindow | undefined {
  const isWhole = marks.length > 0 && marks.length % MARK_LENGTH === 0;
  if (!isWhole || marks.length > MAX_BLOCKS * BLOCK_LENGTH) return undefined;
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < marks.length; at += BLOCK_LENGTH)
    blocks.push(marks.slice(at, at + BLOCK_LENGTH));
  return { from, blocks };
}

/** Marks from `after` on, which a window before did not have; undefined when they do not follow on it. */
export function newMarks(
  before: ChainWindow,
  after: ChainWindow,
): readonly Uint8Array[] | undefined {
  const start = before.from + windowLength(before);
  const end = after.from + windowLength(after);
  const last = markAt(before, start - 1);
  const same = markAt(after, start - 1);
  const isNext =
    end >= start &&
    last !== undefined &&
    same !== undefined &&
    equalBytes(last, same);
  if (!isNext) return undefined;
  const marks: Uint8Array[] = [];
  for (let seq = start; seq < end; seq++) {
    const mark = markAt(after, seq);
    if (mark === undefined) return undefined;
    marks.push(mark);
  }
  return marks;
}
