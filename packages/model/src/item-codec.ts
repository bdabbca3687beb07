/**
 * Items as bytes for this device's store (docs/spec/content.md, CT-34). They stand sealed in the vault, yet a decoder
 * is a decoder: any bytes get an answer. A version that this code does not know is refused; one that it wrote once, it
 * reads for ever.
 */

import {
  decode,
  encode,
  failReader,
  readOptional,
  readU32,
  readU8,
  readVector,
  writeBytes,
  writeOptional,
  writeU32,
  writeU8,
  writeVector,
  type DecodeError,
  type Reader,
  type Result,
  type Writer,
} from "@halqa/bytes";
import { readAuthor, writeAuthor } from "./author-codec.ts";
import {
  readChecked,
  readChoice,
  readId,
  writeChoice,
  writeText,
} from "./field.ts";
import {
  isPost,
  type Change,
  type ChangeItem,
  type GoneItem,
  type Item,
  type Placed,
  type UnreadableItem,
  type UnreadableReason,
} from "./item.ts";
import { MAX_CONTENT_BYTES, MAX_NAME_BYTES } from "./limits.ts";
import { readPosition, writePosition } from "./given-codec.ts";
import { readPost, writePost } from "./post-codec.ts";
import { isName } from "./text.ts";

const ITEM_VERSION = 1;

export const ITEMS = [
  "message",
  "notice",
  "change",
  "unreadable",
  "poll",
  "task",
  "minutes",
  "gone",
] as const;
const POSTS = ["message", "notice", "poll", "task", "minutes"] as const;
const CAUSES: readonly GoneItem["cause"][] = ["deleted", "expired"];
export const CHANGES: readonly Change[] = [
  "founded",
  "joined",
  "removed",
  "left",
  "renamed",
  "promoted",
  "demoted",
  "made-reader",
  "made-member",
  "settings",
  "picture",
  "charter",
  "closed",
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
      case "change":
        return readChange(r, placed);
      case "unreadable":
        return readUnreadable(r, placed);
      case "gone":
        return readGone(r, placed);
      case "message":
      case "notice":
      case "poll":
      case "task":
      case "minutes":
        return readPost(r, kind, { ...placed, author: readAuthor(r) });
    }
  });
}

function writeItem(w: Writer, item: Item): void {
  if (isPost(item)) {
    writeAuthor(w, item.author);
    writePost(w, item);
    return;
  }
  switch (item.item) {
    case "change":
      writeChoice(w, CHANGES, item.change);
      writeOptional(w, item.by, writeAuthor);
      writeOptional(w, item.who, writeAuthor);
      writeOptional(w, item.text, writeText);
      return;
    case "unreadable":
      writeChoice(w, REASONS, item.reason);
      writeOptional(w, item.author, writeAuthor);
      writeOptional(w, item.content, writeVector);
      return;
    case "gone":
      writeAuthor(w, item.author);
      writeChoice(w, POSTS, item.was);
      writeChoice(w, CAUSES, item.cause);
      return;
  }
}

function readGone(r: Reader, placed: Placed): GoneItem {
  return {
    item: "gone",
    ...placed,
    author: readAuthor(r),
    was: readChoice(r, POSTS),
    cause: readChoice(r, CAUSES),
  };
}

function readChange(r: Reader, placed: Placed): ChangeItem {
  const change = readChoice(r, CHANGES);
  const by = readOptional(r, readAuthor);
  const who = readOptional(r, readAuthor);
  const text = readOptional(r, (inner) =>
    readChecked(inner, MAX_NAME_BYTES, isName),
  );
  return {
    item: "change",
    ...placed,
    change,
    ...(by === undefined ? {} : { by }),
    ...(who === undefined ? {} : { who }),
    ...(text === undefined ? {} : { text }),
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

/** An author as items and summaries keep one. */
