// What members put into the list, as bytes of this device's store (CT-34): what each kind says, then what all can have.

import {
  assertInvariant,
  readOptional,
  readU16,
  readU32,
  readVector,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeVector,
  writeVectorOf,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import { readAttachments, writeAttachments } from "./attachment.ts";
import { readAuthor, writeAuthor } from "./author-codec.ts";
import { HIDE_REASONS, readMentions, writeMentions } from "./chat-codec.ts";
import { readExtensions, writeExtensions } from "./extension.ts";
import {
  readChecked,
  readChoice,
  readFlag,
  readId,
  writeChoice,
  writeFlag,
  writeText,
} from "./field.ts";
import {
  readBy,
  readGivenAnswer,
  readPeople,
  readPosition,
  readReaction,
  readVote,
  writeBy,
  writeGivenAnswer,
  writePosition,
  writeReaction,
  writeVote,
} from "./given-codec.ts";
import type {
  Author,
  Edited,
  Hide,
  MessageItem,
  MinutesItem,
  NoticeItem,
  NoticeUpdate,
  Pin,
  Placed,
  PollClose,
  PollItem,
  PostItem,
  ReplyTarget,
  Shared,
  TaskItem,
} from "./item.ts";
import {
  MAX_CONTENT_BYTES,
  MAX_EARLIER_TEXTS,
  MAX_TEXT_BYTES,
} from "./limits.ts";
import {
  NOTICE_STATES,
  readIds,
  readNoticeFields,
  readPollFields,
  readTaskFields,
  writeIds,
  writeNoticeFields,
  writePollFields,
  writeTaskFields,
} from "./organise-codec.ts";
import { isText } from "./text.ts";

/** The end of every post: what all of them can have. */
type Tail = Pick<
  PostItem,
  "reactions" | "pin" | "hide" | "late" | "shared" | "extensions"
>;
type Base = Placed & { readonly author: Author };

/** What stands behind the author of a post. */
export function writePost(w: Writer, post: PostItem): void {
  switch (post.item) {
    case "message":
      writeMessage(w, post);
      break;
    case "notice":
      writeNoticeFields(w, post);
      writeVectorOf(w, post.answers, writeGivenAnswer);
      writeOptional(w, post.update, writeNoticeUpdate);
      break;
    case "poll":
      writePollFields(w, post);
      writeVectorOf(w, post.votes, writeVote);
      writeOptional(w, post.close, writeClose);
      break;
    case "task":
      writeTaskFields(w, post);
      writeOptional(w, post.update, writeBy);
      break;
    case "minutes":
      writeText(w, post.text);
      writeOptional(w, post.notice, writeReply);
      break;
  }
  writeTail(w, post);
}

export function readPost(
  r: Reader,
  kind: PostItem["item"],
  base: Base,
): PostItem {
  switch (kind) {
    case "message":
      return { ...base, ...readMessage(r), ...readTail(r) };
    case "notice":
      return { ...base, ...readNotice(r), ...readTail(r) };
    case "poll":
      return { ...base, ...readPoll(r), ...readTail(r) };
    case "task":
      return { ...base, ...readTask(r), ...readTail(r) };
    case "minutes":
      return { ...base, ...readMinutes(r), ...readTail(r) };
  }
}

function writeTail(w: Writer, tail: Tail): void {
  writeVectorOf(w, tail.reactions, writeReaction);
  writeOptional(w, tail.pin, writePin);
  writeOptional(w, tail.hide, writeHide);
  writeFlag(w, tail.late === true);
  writeOptional(w, tail.shared, writeShared);
  writeExtensions(w, tail);
}

function readTail(r: Reader): Tail {
  const reactions = readPeople(r, readReaction);
  const pin = readOptional(r, readPin);
  const hide = readOptional(r, readHide);
  const late = readFlag(r);
  const shared = readOptional(r, readShared);
  return {
    reactions,
    ...(pin === undefined ? {} : { pin }),
    ...(hide === undefined ? {} : { hide }),
    ...(late ? { late: true as const } : {}),
    ...(shared === undefined ? {} : { shared }),
    ...readExtensions(r),
  };
}

function writeShared(w: Writer, { author, minute }: Shared): void {
  writeAuthor(w, author);
  writeU32(w, minute);
}

function readShared(r: Reader): Shared {
  return { author: readAuthor(r), minute: readU32(r) };
}

function writePin(w: Writer, pin: Pin): void {
  writeBy(w, pin);
  writeFlag(w, pin.pinned);
}

function readPin(r: Reader): Pin {
  return { ...readBy(r), pinned: readFlag(r) };
}

function writeHide(w: Writer, hide: Hide): void {
  writeBy(w, hide);
  writeChoice(w, HIDE_REASONS, hide.reason);
}

function readHide(r: Reader): Hide {
  return { ...readBy(r), reason: readChoice(r, HIDE_REASONS) };
}

function writeMessage(w: Writer, item: MessageItem): void {
  writeText(w, item.text);
  writeOptional(w, item.replyTo, writeReply);
  writeMentions(w, item.mentions);
  writeAttachments(w, item.attachments);
  writeFlag(w, item.forwarded === true);
  writeOptional(w, item.expires, writeU32);
  writeOptional(w, item.edited, writeEdited);
  writeOptional(w, item.sealed, (inner, { inside }) =>
    writeOptional(inner, inside, writeVector),
  );
}

function readMessage(r: Reader): Omit<MessageItem, keyof Base | keyof Tail> {
  const text = readChecked(r, MAX_TEXT_BYTES, isSaid);
  const replyTo = readOptional(r, readReply);
  const mentioned = readMentions(r, text);
  const attached = readAttachments(r);
  const forwarded = readFlag(r);
  const expires = readOptional(r, readU32);
  const edited = readOptional(r, readEdited);
  const sealed = readOptional(r, (inner) => {
    const inside = readOptional(inner, (x) => readVector(x, MAX_CONTENT_BYTES));
    return inside === undefined ? {} : { inside };
  });
  return {
    item: "message",
    text,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...mentioned,
    ...attached,
    ...(forwarded ? { forwarded: true as const } : {}),
    ...(expires === undefined ? {} : { expires }),
    ...(edited === undefined ? {} : { edited }),
    ...(sealed === undefined ? {} : { sealed }),
  };
}

function isSaid(text: string): boolean {
  return text === "" || isText(text);
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

function writeEdited(w: Writer, edited: Edited): void {
  writePosition(w, edited.position);
  writeU32(w, edited.minute);
  writeU16(w, edited.times);
  assertInvariant(
    edited.earlier.length <= MAX_EARLIER_TEXTS,
    "no more is kept of what stood before",
  );
  writeVectorOf(w, edited.earlier, writeText);
}

function readEdited(r: Reader): Edited {
  return {
    position: readPosition(r),
    minute: readU32(r),
    times: readU16(r),
    earlier: readVectorOf(
      r,
      (inner) => readChecked(inner, MAX_TEXT_BYTES, isSaid),
      MAX_EARLIER_TEXTS,
    ),
  };
}

function readNotice(r: Reader): Omit<NoticeItem, keyof Base | keyof Tail> {
  const fields = readNoticeFields(r);
  const answers = readPeople(r, readGivenAnswer);
  const update = readOptional(r, readNoticeUpdate);
  return {
    item: "notice",
    ...fields,
    answers,
    ...(update === undefined ? {} : { update }),
  };
}

function writeNoticeUpdate(w: Writer, update: NoticeUpdate): void {
  writeU16(w, update.version);
  writeChoice(w, NOTICE_STATES, update.state);
  writeBy(w, update);
  writeU32(w, update.minute);
}

function readNoticeUpdate(r: Reader): NoticeUpdate {
  return {
    version: readU16(r),
    state: readChoice(r, NOTICE_STATES),
    ...readBy(r),
    minute: readU32(r),
  };
}

function readPoll(r: Reader): Omit<PollItem, keyof Base | keyof Tail> {
  const fields = readPollFields(r);
  const votes = readPeople(r, readVote);
  const close = readOptional(r, readClose);
  return {
    item: "poll",
    ...fields,
    votes,
    ...(close === undefined ? {} : { close }),
  };
}

function writeClose(w: Writer, close: PollClose): void {
  writeBy(w, close);
  writeU32(w, close.minute);
  writeIds(w, close.counted);
}

function readClose(r: Reader): PollClose {
  return { ...readBy(r), minute: readU32(r), counted: readIds(r) };
}

function readTask(r: Reader): Omit<TaskItem, keyof Base | keyof Tail> {
  const fields = readTaskFields(r);
  const update = readOptional(r, readBy);
  return {
    item: "task",
    ...fields,
    ...(update === undefined ? {} : { update }),
  };
}

function readMinutes(r: Reader): Omit<MinutesItem, keyof Base | keyof Tail> {
  const text = readChecked(r, MAX_TEXT_BYTES, isText);
  const notice = readOptional(r, readReply);
  return { item: "minutes", text, ...(notice === undefined ? {} : { notice }) };
}
