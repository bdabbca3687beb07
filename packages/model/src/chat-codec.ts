// The bodies of what people say and what they do to it (docs/spec/content.md, "Bytes").

import {
  failReader,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeVectorOf,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import { readAttachments, writeAttachments } from "./attachment.ts";
import type {
  EditContent,
  HideContent,
  HideReason,
  Mention,
  PinContent,
  ReactionContent,
  TextContent,
} from "./content.ts";
import { isEmoji } from "./emoji.ts";
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
  KEY_BYTES,
  MAX_EMOJI_BYTES,
  MAX_LIFETIME_MINUTES,
  MAX_MENTIONS,
  MAX_TEXT_BYTES,
} from "./limits.ts";
import { isText } from "./text.ts";

/** Their octets, here and in items: `shown` is 0. */
export const HIDE_REASONS: readonly HideReason[] = [
  "shown",
  "off-topic",
  "harassment",
  "spam",
  "danger",
  "other",
];

export function writeTextBody(w: Writer, content: TextContent): void {
  writeText(w, content.text);
  writeOptional(w, content.replyTo, writeBytes);
  writeMentions(w, content.mentions);
  writeAttachments(w, content.attachments);
  writeFlag(w, content.forwarded === true);
  writeOptional(w, content.lifetime, writeU32);
}

export function readTextBody(r: Reader): TextContent {
  // What an empty text needs stands behind it, so it is judged at the end.
  const text = readChecked(r, MAX_TEXT_BYTES, (x) => x === "" || isText(x));
  const replyTo = readOptional(r, readId);
  const mentioned = readMentions(r, text);
  const attached = readAttachments(r);
  const forwarded = readFlag(r);
  const lifetime = readOptional(r, readLifetime);
  if (text === "" && attached.attachments === undefined) {
    failReader(r, "invalid");
  }
  return {
    kind: "text",
    text,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...mentioned,
    ...attached,
    ...(forwarded ? { forwarded: true as const } : {}),
    ...(lifetime === undefined ? {} : { lifetime }),
  };
}

function readLifetime(r: Reader): number {
  const minutes = readU32(r);
  if (minutes < 1 || minutes > MAX_LIFETIME_MINUTES) failReader(r, "invalid");
  return minutes;
}

export function writeMentions(
  w: Writer,
  mentions: readonly Mention[] | undefined,
): void {
  writeVectorOf(w, mentions ?? [], (inner, { memberKey, at, length }) => {
    writeBytes(inner, memberKey);
    writeU16(inner, at);
    writeU16(inner, length);
  });
}

/** Mentions inside `text`, one behind the other and none through a code point. */
export function readMentions(
  r: Reader,
  text: string,
): { readonly mentions?: readonly Mention[] } {
  let end = 0;
  const mentions = readVectorOf(
    r,
    (inner): Mention => {
      const memberKey = readBytes(inner, KEY_BYTES);
      const at = readU16(inner);
      const length = readU16(inner);
      const isInside = at >= end && length > 0 && at + length <= text.length;
      if (!isInside || isInSign(text, at) || isInSign(text, at + length)) {
        failReader(inner, "invalid");
      }
      end = at + length;
      return { memberKey, at, length };
    },
    MAX_MENTIONS,
  );
  return mentions.length === 0 ? {} : { mentions };
}

/** Whether a place lies between the two units of one code point. */
function isInSign(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}

export function writeReactionBody(w: Writer, content: ReactionContent): void {
  writeBytes(w, content.target);
  writeText(w, content.emoji);
}

export function readReactionBody(r: Reader): ReactionContent {
  return {
    kind: "reaction",
    target: readId(r),
    emoji: readChecked(r, MAX_EMOJI_BYTES, (x) => x === "" || isEmoji(x)),
  };
}

export function writeEditBody(w: Writer, content: EditContent): void {
  writeBytes(w, content.target);
  writeText(w, content.text);
  writeMentions(w, content.mentions);
}

export function readEditBody(r: Reader): EditContent {
  const target = readId(r);
  const text = readChecked(r, MAX_TEXT_BYTES, isText);
  return { kind: "edit", target, text, ...readMentions(r, text) };
}

export function writeHideBody(w: Writer, content: HideContent): void {
  writeBytes(w, content.target);
  writeChoice(w, HIDE_REASONS, content.reason);
}

export function readHideBody(r: Reader): HideContent {
  return {
    kind: "hide",
    target: readId(r),
    reason: readChoice(r, HIDE_REASONS),
  };
}

export function writePinBody(w: Writer, content: PinContent): void {
  writeBytes(w, content.target);
  writeFlag(w, content.pinned);
}

export function readPinBody(r: Reader): PinContent {
  return { kind: "pin", target: readId(r), pinned: readFlag(r) };
}
