/**
 * Contents out of what a person typed or tapped, on the author's device (docs/spec/content.md, CT-29): made fit where
 * that changes nothing that the person sees, refused otherwise. What comes out is accepted by every decoder.
 */

import { err, ok, type Result } from "@halqa/bytes";
import type { Attachment } from "./attachment.ts";
import { isSendable } from "./content-codec.ts";
import type {
  Answer,
  EditContent,
  Mention,
  NoticeContent,
  NoticeTime,
  ReactionContent,
  RsvpContent,
  TextContent,
} from "./content.ts";
import { isEmoji } from "./emoji.ts";
import { MAX_MENTIONS } from "./limits.ts";
import { isNoticeTime } from "./notice-time.ts";
import {
  composeAgenda,
  composePlace,
  composeText,
  composeTitle,
} from "./text.ts";

/** Something is empty or too long or no emoji; a time breaks a rule of times. */
export type ComposeFault = "bad-text" | "bad-time";

/** What a person wrote, with what the device adds to it. */
export interface TypedMessage {
  /** May be empty beside attachments. */
  readonly text: string;
  readonly replyTo?: Uint8Array | undefined;
  /** By their places in `text` as it was typed. */
  readonly mentions?: readonly Mention[] | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly forwarded?: boolean | undefined;
  /** Minutes until it disappears; 0 or absent: it stays. */
  readonly lifetime?: number | undefined;
}

/** A message out of typed text. */
export function composeMessage(
  typed: TypedMessage,
): Result<TextContent, ComposeFault> {
  const { replyTo, attachments = [], lifetime = 0 } = typed;
  const text = composeText(typed.text);
  const isPicture = attachments.length > 0 && typed.text.trim() === "";
  if (!text.ok && !isPicture) return err("bad-text");
  const said = text.ok ? text.value : "";
  const content: TextContent = {
    kind: "text",
    text: said,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...placeMentions(typed, said),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(typed.forwarded === true ? { forwarded: true } : {}),
    ...(lifetime === 0 ? {} : { lifetime }),
  };
  return isSendable(content) ? ok(content) : err("bad-text");
}

/** Other words for an own message. */
export function composeEdit(
  typed: Pick<TypedMessage, "text" | "mentions"> & {
    readonly target: Uint8Array;
  },
): Result<EditContent, ComposeFault> {
  const text = composeText(typed.text);
  if (!text.ok) return err("bad-text");
  const { target } = typed;
  const mentioned = placeMentions(typed, text.value);
  return ok({ kind: "edit", target, text: text.value, ...mentioned });
}

/** Composing takes space off the ends, and with it moves what is mentioned; what it changed otherwise is mentioned no more. */
function placeMentions(
  { text, mentions = [] }: Pick<TypedMessage, "text" | "mentions">,
  said: string,
): Pick<TextContent, "mentions"> {
  const offset = text.indexOf(said);
  if (offset < 0 || said === "") return {};
  const kept: Mention[] = [];
  let end = 0;
  for (const { memberKey, at, length } of mentions) {
    const from = at - offset;
    if (from < end || length < 1 || from + length > said.length) continue;
    if (kept.length >= MAX_MENTIONS) break;
    kept.push({ memberKey, at: from, length });
    end = from + length;
  }
  return kept.length === 0 ? {} : { mentions: kept };
}

/** A reaction; an empty emoji takes the own one back. */
export function composeReaction(typed: {
  readonly target: Uint8Array;
  readonly emoji: string;
}): Result<ReactionContent, ComposeFault> {
  const { target, emoji } = typed;
  if (emoji !== "" && !isEmoji(emoji)) return err("bad-text");
  return ok({ kind: "reaction", target, emoji });
}

/** A notice out of a filled form. */
export function composeNotice(typed: {
  readonly title: string;
  readonly when: NoticeTime;
  readonly place: string;
  readonly agenda: string;
}): Result<NoticeContent, ComposeFault> {
  const { local, zone, instant, minutes } = typed.when;
  if (!isNoticeTime(typed.when)) return err("bad-time");
  const title = composeTitle(typed.title);
  const place = composePlace(typed.place);
  const agenda = composeAgenda(typed.agenda);
  if (!title.ok || !place.ok || !agenda.ok) return err("bad-text");
  return ok({
    kind: "notice",
    title: title.value,
    // Field by field: a form may hand over more than a notice carries.
    when: {
      local,
      zone,
      instant,
      ...(minutes === undefined ? {} : { minutes }),
    },
    place: place.value,
    agenda: agenda.value,
  });
}

/** An answer to a notice. */
export function composeRsvp(given: {
  readonly notice: Uint8Array;
  readonly answer: Answer;
}): RsvpContent {
  return { kind: "rsvp", notice: given.notice, answer: given.answer };
}
