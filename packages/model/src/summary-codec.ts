// Summaries as bytes for this device's store (CT-34). Like items they are read strictly, and never throw.

import {
  decode,
  encode,
  encodeUtf8,
  failReader,
  readOptional,
  readU32,
  readU8,
  readUtf8,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
  type DecodeError,
  type Reader,
  type Result,
  type Writer,
} from "@halqa/bytes";
import { readChoice, readId, writeChoice } from "./field.ts";
import { readAuthor, writeAuthor } from "./author-codec.ts";
import { CHANGES, ITEMS } from "./item-codec.ts";
import {
  EXCERPT_CODE_POINTS,
  MAX_PINNED,
  MAX_UNREAD,
  MAX_UPCOMING,
} from "./limits.ts";
import { readPosition, writePosition } from "./given-codec.ts";
import { ATTACHMENT_KINDS } from "./attachment.ts";
import type { LastItem, Pinned, Summary, Upcoming } from "./summary.ts";

const SUMMARY_VERSION = 1;
/** A code point takes at most 4 bytes. */
const MAX_EXCERPT_BYTES = EXCERPT_CODE_POINTS * 4;

/** The one byte form of a summary. */
export function encodeSummary(summary: Summary): Uint8Array {
  return encode((w) => {
    writeU8(w, SUMMARY_VERSION);
    writeU32(w, summary.nextOrdinal);
    // Read up to -1 is written as 0.
    writeU32(w, summary.readTo + 1);
    writeVectorOf(w, summary.unread, writeU32);
    writeVectorOf(w, summary.mentions, writeU32);
    writeOptional(w, summary.last, writeLast);
    writeVectorOf(w, summary.upcoming, writeUpcoming);
    writeVectorOf(w, summary.pinned, writePinned);
  });
}

/** The summary that `bytes` hold, or why they hold none; never throws. */
export function decodeSummary(bytes: Uint8Array): Result<Summary, DecodeError> {
  return decode(bytes, (r) => {
    if (readU8(r) !== SUMMARY_VERSION) failReader(r, "invalid");
    const nextOrdinal = readU32(r);
    const readTo = readU32(r) - 1;
    const unread = readVectorOf(r, readU32, MAX_UNREAD);
    const mentions = readVectorOf(r, readU32, MAX_UNREAD);
    const last = readOptional(r, readLast);
    const upcoming = readVectorOf(r, readUpcoming, MAX_UPCOMING);
    const pinned = readVectorOf(r, readPinned, MAX_PINNED);
    return {
      nextOrdinal,
      readTo,
      unread,
      mentions,
      ...(last === undefined ? {} : { last }),
      upcoming,
      pinned,
    };
  });
}

function writeLast(w: Writer, last: LastItem): void {
  writeChoice(w, ITEMS, last.item);
  writeBytes(w, last.id);
  writeOptional(w, last.ordinal, writeU32);
  writeOptional(w, last.author, writeAuthor);
  writeVector(w, encodeUtf8(last.text));
  writeOptional(w, last.attachment, (inner, kind) => {
    writeChoice(inner, ATTACHMENT_KINDS, kind);
  });
  writeOptional(w, last.change, (inner, change) => {
    writeChoice(inner, CHANGES, change);
  });
  writeU32(w, last.minute);
}

function readLast(r: Reader): LastItem {
  const item = readChoice(r, ITEMS);
  const id = readId(r);
  const ordinal = readOptional(r, readU32);
  const author = readOptional(r, readAuthor);
  const text = readUtf8(r, MAX_EXCERPT_BYTES);
  const attachment = readOptional(r, (inner) =>
    readChoice(inner, ATTACHMENT_KINDS),
  );
  const change = readOptional(r, (inner) => readChoice(inner, CHANGES));
  const minute = readU32(r);
  return {
    item,
    id,
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(author === undefined ? {} : { author }),
    text,
    ...(attachment === undefined ? {} : { attachment }),
    ...(change === undefined ? {} : { change }),
    minute,
  };
}

function writeUpcoming(w: Writer, { ordinal, start, end }: Upcoming): void {
  writeU32(w, ordinal);
  writeU32(w, start);
  writeU32(w, end);
}

function readUpcoming(r: Reader): Upcoming {
  return { ordinal: readU32(r), start: readU32(r), end: readU32(r) };
}

function writePinned(w: Writer, { ordinal, position }: Pinned): void {
  writeU32(w, ordinal);
  writePosition(w, position);
}

function readPinned(r: Reader): Pinned {
  return { ordinal: readU32(r), position: readPosition(r) };
}
