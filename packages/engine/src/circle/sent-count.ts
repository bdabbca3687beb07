/**
 * How a device numbers what it says (docs/spec/circle.md, CI-190, CI-191): by epoch, from 0 without a gap, so that whoever reads one knows
 * which are missing. The number stays with a message over all of its seals.
 */
import {
  failReader,
  readOptional,
  readU32,
  readU64,
  writeOptional,
  writeU32,
  writeU64,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";

/** The number of a message. */
export interface Counted {
  /** In which it was first sealed. */
  readonly epoch: bigint;
  readonly number: number;
  /** With the first one of an epoch: the last epoch before in which the device numbered any, and how many. */
  readonly before: Spoken | undefined;
}

export interface Spoken {
  readonly epoch: bigint;
  /** One or more. */
  readonly count: number;
}

/** What this device has numbered in the current epoch, and where it did before. */
export interface SentCount {
  readonly count: number;
  readonly before: Spoken | undefined;
}

export const nothingSent: SentCount = { count: 0, before: undefined };

/** The number for what is said next, and the count behind it. */
export function nextNumber(
  { count, before }: SentCount,
  epoch: bigint,
): { readonly counted: Counted; readonly sent: SentCount } {
  const counted = {
    epoch,
    number: count,
    before: count === 0 ? before : undefined,
  };
  return { counted, sent: { count: count + 1, before } };
}

/** What the count becomes when `epoch` ends. */
export function nextEpochSent(sent: SentCount, epoch: bigint): SentCount {
  const { count } = sent;
  return count === 0 ? sent : { count: 0, before: { epoch, count } };
}

export function writeCounted(w: Writer, counted: Counted): void {
  writeU64(w, counted.epoch);
  writeU32(w, counted.number);
  writeOptional(w, counted.before, writeSpoken);
}

export function readCounted(r: Reader): Counted {
  const epoch = readU64(r);
  const number = readU32(r);
  const before = readOptional(r, readSpoken);
  const isOdd = before !== undefined && (number !== 0 || before.epoch >= epoch);
  if (isOdd) failReader(r, "invalid");
  return { epoch, number, before };
}

export function writeSentCount(w: Writer, sent: SentCount): void {
  writeU32(w, sent.count);
  writeOptional(w, sent.before, writeSpoken);
}

export function readSentCount(r: Reader): SentCount {
  return { count: readU32(r), before: readOptional(r, readSpoken) };
}

function writeSpoken(w: Writer, { epoch, count }: Spoken): void {
  writeU64(w, epoch);
  writeU32(w, count);
}

function readSpoken(r: Reader): Spoken {
  const epoch = readU64(r);
  const count = readU32(r);
  if (count === 0) failReader(r, "invalid");
  return { epoch, count };
}
