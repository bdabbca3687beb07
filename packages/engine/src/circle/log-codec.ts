/** What of a circle's log changes with every entry, in its two stored forms: whole, and as what is new (docs/spec/circle.md, CI-60, CI-62). */
import {
  concatBytes,
  equalBytes,
  failReader,
  hasFailed,
  readU16,
  readU32,
  readU8,
  readVector,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import type { LogAddress } from "./address.ts";
import {
  extendWindow,
  markAt,
  MARK_LENGTH,
  markOf,
  newMarks,
  windowBytes,
  windowLength,
  windowOf,
} from "./chain-window.ts";
import type { ChainWindow } from "./chain-window.ts";
import type { Circle } from "./circle.ts";
import type { CircleLog } from "./circle-log.ts";
import { readCount, readKey, writeCount, writeKey } from "./field.ts";
import { readSentCount, writeSentCount } from "./sent-count.ts";
import type { SentCount } from "./sent-count.ts";

/** The position in the log, and whether the steward of the invite has been heard. */
export interface Progress {
  readonly addressNumber: number;
  readonly part: number;
  readonly seq: number;
  readonly relayHead: Uint8Array;
  readonly entriesRead: number;
  readonly isHeard: boolean;
  readonly sent: SentCount;
}

export function writeProgress(w: Writer, { log, awaits, sent }: Circle): void {
  writeU32(w, log.address.addressNumber);
  writeU16(w, log.address.part);
  writeCount(w, log.seq);
  writeKey(w, log.relayHead);
  writeCount(w, log.entriesRead);
  writeU8(w, awaits === undefined ? 1 : 0);
  writeSentCount(w, sent);
}

export function readProgress(r: Reader): Progress {
  const progress = {
    addressNumber: readU32(r),
    part: readU16(r),
    seq: readCount(r),
    relayHead: readKey(r),
    entriesRead: readCount(r),
  };
  const heard = readU8(r);
  if (heard > 1) failReader(r, "invalid");
  return { ...progress, isHeard: heard === 1, sent: readSentCount(r) };
}

export function writeWindow(w: Writer, window: ChainWindow): void {
  writeCount(w, window.from);
  writeVector(w, windowBytes(window));
}

export function readWindow(r: Reader): ChainWindow {
  const from = readCount(r);
  const window = windowOf(from, readVector(r));
  if (window !== undefined) return window;
  failReader(r, "invalid");
  return { from, blocks: [] };
}

/** The marks by which `after` is longer; undefined when it does not follow on `before`. */
export function marksSince(
  before: ChainWindow,
  after: ChainWindow,
): Uint8Array | undefined {
  const marks = newMarks(before, after);
  return marks && concatBytes(...marks);
}

export function readMarks(r: Reader): readonly Uint8Array[] {
  const bytes = readVector(r);
  if (bytes.length % MARK_LENGTH !== 0) failReader(r, "invalid");
  if (hasFailed(r)) return [];
  return Array.from({ length: bytes.length / MARK_LENGTH }, (_, index) =>
    bytes.slice(index * MARK_LENGTH, (index + 1) * MARK_LENGTH),
  );
}

/** The log with what was stored of it; undefined when the pieces are not of one log. */
export function placeLog(
  log: Pick<CircleLog, "address" | "logId" | "origin">,
  progress: Progress,
  window: ChainWindow,
): CircleLog | undefined {
  const { seq, relayHead, entriesRead } = progress;
  const isOne =
    isSamePlace(log.address, progress) &&
    window.from + windowLength(window) - 1 === seq &&
    isMarkOf(window, seq, relayHead);
  const { address, logId, origin } = log;
  return isOne
    ? { address, logId, origin, seq, relayHead, window, entriesRead }
    : undefined;
}

/** The window with the marks of further entries. */
export function growWindow(
  window: ChainWindow,
  marks: readonly Uint8Array[],
): ChainWindow {
  return marks.reduce(extendWindow, window);
}

function isSamePlace(address: LogAddress, progress: Progress): boolean {
  return (
    address.addressNumber === progress.addressNumber &&
    address.part === progress.part
  );
}

function isMarkOf(window: ChainWindow, seq: number, head: Uint8Array): boolean {
  const mark = markAt(window, seq);
  return mark !== undefined && equalBytes(mark, markOf(head));
}
