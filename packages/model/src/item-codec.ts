/**
 * Items as bytes for this device's store (docs/spec/content.md, CT-34). They stand sealed in the vault, yet a decoder
 * is a decoder: any bytes get an answer. A version that this code does not know is refused; one that it wrote once, it
 * reads for ever.
 */

import {
  assertInvariant,
  compareBytes,
  decode,
  encode,
  encodeUtf8,
  failReader,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU8,
  readUtf8,
  readVector,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
  type DecodeError,
  type Reader,
  type Result,
  type Writer,
} from "@halqa/bytes";
import {
  readAnswer,
  readChecked,
  readId,
  writeAnswer,
} from "./content-codec.ts";
import { isEmoji } from "./emoji.ts";
import { readExtensions, writeExtensions } from "./extension.ts";
import type {
  Author,
  Change,
  ChangeItem,
  GivenAnswer,
  Item,
  MessageItem,
  NoticeItem,
  Placed,
  Reaction,
  ReplyTarget,
  UnreadableItem,
  UnreadableReason,
} from "./item.ts";
import {
  KEY_BYTES,
  MAX_AGENDA_BYTES,
  MAX_CONTENT_BYTES,
  MAX_EMOJI_BYTES,
  MAX_NAME_BYTES,
  MAX_PEOPLE,
  MAX_PLACE_BYTES,
  MAX_TEXT_BYTES,
  MAX_TITLE_BYTES,
} from "./limits.ts";
import { readNoticeTime, writeNoticeTime } from "./notice-time.ts";
import { isAgenda, isPlace, isText, isTitle } from "./text.ts";

const ITEM_VERSION = 1;

export const ITEMS = ["message", "notice", "change", "unreadable"] as const;
export const CHANGES: readonly Change[] = [
  "founded",
  "joined",
  "removed",
  "left",
];
const REASONS: readonly UnreadableReason[] = [
  "newer-version",
  "too-late",
  "malformed",
];

/** The one byte form of an item that a fold made. */
export function encodeItem(item: Item): Uint8Array {
  return encode((w) => {
    writeU8(w, ITEM_VERSION);
    writeChoice(w, ITEMS, item.item);
    writePlaced(w, item);
    writeItem(w, item);
  });
}

/** The item that `bytes` hold, or why they hold none; never throws. */
export function decodeItem(bytes: Uint8Array): Result<Item, DecodeError> {
  return decode(bytes, (r) => {
    if (readU8(r) !== ITEM_VERSION) failReader(r, "invalid");
    const kind = readChoice(r, ITEMS);
    const placed = readPlaced(r);
    switch (kind) {
      case "message":
        return readMessage(r, placed);
      case "notice":
        return readNotice(r, placed);
      case "change":
        return readChange(r, placed);
      case "unreadable":
        return readUnreadable(r, placed);
    }
  });
}

function writeItem(w: Writer, item: Item): void {
  switch (item.item) {
    case "message":
      writeAuthor(w, item.author);
      writeText(w, item.text);
      writeOptional(w, item.replyTo, writeReply);
      writeVectorOf(w, item.reactions, writeReaction);
      writeExtensions(w, item);
      return;
    case "notice":
      writeAuthor(w, item.author);
      writeText(w, item.title);
      writeNoticeTime(w, item.when);
      writeText(w, item.place);
      writeText(w, item.agenda);
      writeVectorOf(w, item.answers, writeGivenAnswer);
      writeVectorOf(w, item.reactions, writeReaction);
      writeExtensions(w, item);
      return;
    case "change":
      writeChoice(w, CHANGES, item.change);
      writeOptional(w, item.by, writeAuthor);
      writeOptional(w, item.who, writeAuthor);
      return;
    case "unreadable":
      writeChoice(w, REASONS, item.reason);
      writeOptional(w, item.author, writeAuthor);
      writeOptional(w, item.content, writeVector);
      return;
  }
}

function readMessage(r: Reader, placed: Placed): MessageItem {
  const author = readAuthor(r);
  const text = readChecked(r, MAX_TEXT_BYTES, isText);
  const replyTo = readOptional(r, readReply);
  return {
    item: "message",
    ...placed,
    author,
    text,
    ...(replyTo === undefined ? {} : { replyTo }),
    reactions: readPeople(r, readReaction),
    ...readExtensions(r),
  };
}

function readNotice(r: Reader, placed: Placed): NoticeItem {
  return {
    item: "notice",
    ...placed,
    author: readAuthor(r),
    title: readChecked(r, MAX_TITLE_BYTES, isTitle),
    when: readNoticeTime(r),
    place: readChecked(r, MAX_PLACE_BYTES, isPlace),
    agenda: readChecked(r, MAX_AGENDA_BYTES, isAgenda),
    answers: readPeople(r, readGivenAnswer),
    reactions: readPeople(r, readReaction),
    ...readExtensions(r),
  };
}

function readChange(r: Reader, placed: Placed): ChangeItem {
  const change = readChoice(r, CHANGES);
  const by = readOptional(r, readAuthor);
  const who = readOptional(r, readAuthor);
  return {
    item: "change",
    ...placed,
    change,
    ...(by === undefined ? {} : { by }),
    ...(who === undefined ? {} : { who }),
  };
}

function readUnreadable(r: Reader, placed: Placed): UnreadableItem {
  const reason = readChoice(r, REASONS);
  const author = readOptional(r, readAuthor);
  const content = readOptional(r, (inner) =>
    readVector(inner, MAX_CONTENT_BYTES),
  );
  return {
    item: "unreadable",
    ...placed,
    reason,
    ...(author === undefined ? {} : { author }),
    ...(content === undefined ? {} : { content }),
  };
}

function writePlaced(w: Writer, placed: Placed): void {
  writeBytes(w, placed.id);
  writeOptional(w, placed.ordinal, writeU32);
  writePosition(w, placed.position);
  writeU32(w, placed.minute);
}

function readPlaced(r: Reader): Placed {
  const id = readId(r);
  const ordinal = readOptional(r, readU32);
  const position = readPosition(r);
  const minute = readU32(r);
  return {
    id,
    ...(ordinal === undefined ? {} : { ordinal }),
    position,
    minute,
  };
}

/** 48 bits: more entries than any circle has, in a number that stays exact. */
function writePosition(w: Writer, position: number): void {
  writeU16(w, Math.floor(position / 2 ** 32));
  writeU32(w, position % 2 ** 32);
}

function readPosition(r: Reader): number {
  const high = readU16(r);
  return high * 2 ** 32 + readU32(r);
}

/** An author as items and summaries keep one. */
export function writeAuthor(w: Writer, { memberKey, name }: Author): void {
  writeBytes(w, memberKey);
  writeText(w, name);
}

/** A name is kept as the roster had it; whether it is a good one was judged there. */
export function readAuthor(r: Reader): Author {
  return {
    memberKey: readBytes(r, KEY_BYTES),
    name: readUtf8(r, MAX_NAME_BYTES),
  };
}

function writeReply(w: Writer, { id, ordinal }: ReplyTarget): void {
  writeBytes(w, id);
  writeOptional(w, ordinal, writeU32);
}

function readReply(r: Reader): ReplyTarget {
  const id = readId(r);
  const ordinal = readOptional(r, readU32);
  return { id, ...(ordinal === undefined ? {} : { ordinal }) };
}

function writeReaction(w: Writer, x: Reaction): void {
  writeBytes(w, x.memberKey);
  writePosition(w, x.position);
  writeText(w, x.emoji);
}

function readReaction(r: Reader): Reaction {
  return {
    memberKey: readBytes(r, KEY_BYTES),
    position: readPosition(r),
    emoji: readChecked(r, MAX_EMOJI_BYTES, (x) => x === "" || isEmoji(x)),
  };
}

function writeGivenAnswer(w: Writer, x: GivenAnswer): void {
  writeBytes(w, x.memberKey);
  writePosition(w, x.position);
  writeAnswer(w, x.answer);
}

function readGivenAnswer(r: Reader): GivenAnswer {
  return {
    memberKey: readBytes(r, KEY_BYTES),
    position: readPosition(r),
    answer: readAnswer(r),
  };
}

/** A list in which each member stands at most once, ascending: one state has one form. */
function readPeople<T extends { readonly memberKey: Uint8Array }>(
  r: Reader,
  readOne: (r: Reader) => T,
): readonly T[] {
  let last: Uint8Array | undefined;
  return readVectorOf(
    r,
    (inner) => {
      const one = readOne(inner);
      if (last !== undefined && compareBytes(last, one.memberKey) >= 0) {
        failReader(inner, "non-canonical");
      }
      last = one.memberKey;
      return one;
    },
    MAX_PEOPLE,
  );
}

function writeText(w: Writer, text: string): void {
  writeVector(w, encodeUtf8(text));
}

/** Writes a choice as its index in a table; tables only grow at their end. */
export function writeChoice<T>(
  w: Writer,
  choices: readonly T[],
  choice: T,
): void {
  const index = choices.indexOf(choice);
  assertInvariant(index >= 0, "a choice stands in its table");
  writeU8(w, index);
}

/** Reads a choice from a table; an index behind its end is `invalid`. */
export function readChoice<T>(r: Reader, choices: readonly T[]): T {
  const choice = choices[readU8(r)];
  if (choice === undefined) failReader(r, "invalid");
  return choice ?? choices[0]!;
}
