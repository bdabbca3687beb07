/**
 * Contents out of what a person typed or tapped, on the author's device (docs/spec/content.md, CT-29): made fit where
 * that changes nothing that the person sees, refused otherwise. What comes out is accepted by every decoder.
 */

import { err, ok, type Result } from "@halqa/bytes";
import type {
  Answer,
  NoticeContent,
  NoticeTime,
  ReactionContent,
  RsvpContent,
  TextContent,
} from "./content.ts";
import { isEmoji } from "./emoji.ts";
import { isNoticeTime } from "./notice-time.ts";
import {
  composeAgenda,
  composePlace,
  composeText,
  composeTitle,
} from "./text.ts";

/** Something is empty or too long or no emoji; a time breaks a rule of times. */
export type ComposeFault = "bad-text" | "bad-time";

/** A message out of typed text. */
export function composeMessage(typed: {
  readonly text: string;
  readonly replyTo?: Uint8Array | undefined;
}): Result<TextContent, ComposeFault> {
  const text = composeText(typed.text);
  if (!text.ok) return err("bad-text");
  return ok({
    kind: "text",
    text: text.value,
    ...(typed.replyTo === undefined ? {} : { replyTo: typed.replyTo }),
  });
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
