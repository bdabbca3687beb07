/**
 * Items and summaries as screens and terminals get them: plain data, ids as base64url text, people by the names of the
 * roster (docs/spec/content.md, "Views"). These shapes are those of the engine's views, which hands them on.
 */

import { encodeBase64url, equalBytes } from "@halqa/bytes";
import type { Attachment } from "./attachment.ts";
import { decodeContent } from "./content-codec.ts";
import type { Answer, InsideContent, NoticeState } from "./content.ts";
import { isInside } from "./fold-sealed.ts";
import {
  isHidden,
  type ChangeItem,
  type GivenAnswer,
  type Item,
  type MessageItem,
  type NoticeItem,
  type ReplyTarget,
  type UnreadableItem,
} from "./item.ts";
import { minutesToView, pollToView, taskToView } from "./organise-view.ts";
import { lastItemOf, type LastItem, type Summary } from "./summary.ts";
import {
  authorToView,
  baseOf,
  byPosition,
  deliveryOf,
  MINUTE_MS,
  personOf,
  replyToView,
  sentOf,
} from "./view-parts.ts";
import type {
  AttachmentView,
  ChangeView,
  InsideView,
  ItemView,
  MessageView,
  NoticeView,
  PersonView,
  Roster,
  SummaryView,
  UnreadableView,
  ViewContext,
} from "./view-shape.ts";

/** The items that the view of these shows excerpts of; the ordinal says where one stands. */
export function repliesIn(items: readonly Item[]): readonly ReplyTarget[] {
  return items.flatMap((item) => {
    if (item.item === "message") return item.replyTo ?? [];
    return item.item === "minutes" ? (item.notice ?? []) : [];
  });
}

/** An item as a list shows it. */
export function itemToView(item: Item, context: ViewContext): ItemView {
  switch (item.item) {
    case "message":
      return messageToView(item, context);
    case "notice":
      return noticeToView(item, context);
    case "poll":
      return pollToView(item, context);
    case "task":
      return taskToView(item, context);
    case "minutes":
      return minutesToView(item, context);
    case "gone": {
      const { was, cause, author } = item;
      const by = authorToView(author, context.roster);
      return { item: "gone", ...baseOf(item), was, cause, author: by };
    }
    case "change":
      return changeToView(item, context.roster);
    case "unreadable":
      return unreadableToView(item, context.roster);
  }
}

/**
 * A summary as the list of circles shows it. `next` is the item of `nextNoticeOf`; `queued` is the newest own item
 * that is only queued, which stands behind all others.
 */
export function summaryToView(
  summary: Summary,
  context: Pick<ViewContext, "roster" | "delivery"> & {
    readonly next?: Item | undefined;
    readonly queued?: Item | undefined;
  },
): SummaryView {
  const { next, queued, roster } = context;
  const last = queued === undefined ? summary.last : lastItemOf(queued);
  return {
    unread: summary.unread.length,
    mentions: summary.mentions.length,
    ...(last === undefined ? {} : { last: lastToView(last, context) }),
    ...(next?.item === "notice" ? { nextNotice: briefOf(next, roster) } : {}),
  };
}

function messageToView(item: MessageItem, context: ViewContext): MessageView {
  const sent = { item: "message" as const, ...sentOf(item, context) };
  const expires =
    item.expires === undefined ? {} : { expiresAt: item.expires * MINUTE_MS };
  if (isHidden(item)) return { ...sent, text: "", ...expires };
  const { text, replyTo, mentions, attachments, edited } = item;
  return {
    ...sent,
    text,
    ...(replyTo === undefined
      ? {}
      : { replyTo: replyToView(replyTo, context) }),
    ...(mentions === undefined
      ? {}
      : {
          mentions: mentions.map(({ memberKey, at, length }) => ({
            ...personOf(memberKey, context.roster),
            at,
            length,
          })),
        }),
    ...(attachments === undefined
      ? {}
      : { attachments: attachments.map(attachmentToView) }),
    ...(item.forwarded === true ? { forwarded: true } : {}),
    ...(item.sealed === undefined ? {} : { sealed: sealedToView(item.sealed) }),
    ...expires,
    ...(edited === undefined
      ? {}
      : {
          edited: {
            at: edited.minute * MINUTE_MS,
            times: edited.times,
            earlier: edited.earlier,
          },
        }),
  };
}

/** What cannot be read any more is as if it had not been opened. */
function sealedToView({
  inside,
}: NonNullable<MessageItem["sealed"]>): NonNullable<MessageView["sealed"]> {
  const read = inside && decodeContent(inside);
  const content = read?.ok === true ? read.value : undefined;
  return content === undefined || !isInside(content)
    ? {}
    : { inside: insideToView(content) };
}

function insideToView(content: InsideContent): InsideView {
  switch (content.kind) {
    case "text":
      return { kind: "text" };
    case "rsvp": {
      const { kind, answer, notice } = content;
      return { kind, notice: encodeBase64url(notice), answer };
    }
    case "report": {
      const { kind, reason, target } = content;
      return { kind, target: encodeBase64url(target), reason };
    }
    case "place": {
      const { kind, place, notice } = content;
      return { kind, notice: encodeBase64url(notice), place };
    }
  }
}

function attachmentToView(attachment: Attachment): AttachmentView {
  const { kind, name, mediaType, size, thumbnail } = attachment;
  const { width, height, duration } = attachment;
  return {
    kind,
    name,
    mediaType,
    size,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(duration === undefined ? {} : { duration }),
    ...(thumbnail?.at === "here"
      ? { thumbnail: encodeBase64url(thumbnail.bytes) }
      : {}),
  };
}

function noticeToView(item: NoticeItem, context: ViewContext): NoticeView {
  const { title, when, place, agenda, update } = item;
  const said = isHidden(item)
    ? { title: "", when, place: "", agenda: "" }
    : { title, when, place, agenda };
  return {
    item: "notice",
    ...sentOf(item, context),
    ...said,
    meeting: stateOf(item),
    version: update?.version ?? 0,
    ...(update === undefined
      ? {}
      : {
          updated: {
            by: personOf(update.memberKey, context.roster),
            at: update.minute * MINUTE_MS,
          },
        }),
    answers: answersOf(item.answers, context.roster),
    ...ownAnswerOf(item, context.roster),
  };
}

function stateOf({ update }: NoticeItem): NoticeState {
  return update?.state ?? "planned";
}

function changeToView(item: ChangeItem, roster: Roster): ChangeView {
  return {
    item: "change",
    ...baseOf(item),
    change: item.change,
    ...(item.by === undefined ? {} : { by: authorToView(item.by, roster) }),
    ...(item.who === undefined ? {} : { who: authorToView(item.who, roster) }),
    ...(item.text === undefined ? {} : { text: item.text }),
  };
}

function unreadableToView(
  item: UnreadableItem,
  roster: Roster,
): UnreadableView {
  return {
    item: "unreadable",
    ...baseOf(item),
    ...(item.author === undefined
      ? {}
      : { author: authorToView(item.author, roster) }),
    reason: item.reason,
  };
}

function answersOf(
  answers: readonly GivenAnswer[],
  roster: Roster,
): NoticeView["answers"] {
  const view: Record<Answer, PersonView[]> = { yes: [], maybe: [], no: [] };
  for (const { memberKey, answer } of answers.toSorted(byPosition)) {
    const person = personOf(memberKey, roster);
    if (roster.names.has(person.member)) view[answer].push(person);
  }
  return view;
}

function ownAnswerOf(
  item: NoticeItem,
  roster: Roster,
): { readonly ownAnswer?: Answer } {
  const own = item.answers.find((x) => equalBytes(x.memberKey, roster.own));
  return own === undefined ? {} : { ownAnswer: own.answer };
}

function isPostKind(kind: Item["item"]): boolean {
  return kind !== "gone" && kind !== "change" && kind !== "unreadable";
}

function lastToView(
  last: LastItem,
  context: Pick<ViewContext, "roster" | "delivery">,
): NonNullable<SummaryView["last"]> {
  const author =
    last.author === undefined
      ? undefined
      : authorToView(last.author, context.roster);
  const isSent = isPostKind(last.item);
  const delivery =
    isSent && author?.own === true
      ? deliveryOf(last.id, last.ordinal !== undefined, context)
      : {};
  return {
    item: last.item,
    ...(author === undefined ? {} : { author }),
    text: last.text,
    ...(last.attachment === undefined ? {} : { attachment: last.attachment }),
    ...(last.change === undefined ? {} : { change: last.change }),
    at: last.minute * MINUTE_MS,
    ...(delivery.state === undefined ? {} : { state: delivery.state }),
  };
}

function briefOf(
  item: NoticeItem,
  roster: Roster,
): NonNullable<SummaryView["nextNotice"]> {
  const { title, when, place } = item;
  return {
    id: encodeBase64url(item.id),
    title,
    when,
    place,
    meeting: stateOf(item),
    ...ownAnswerOf(item, roster),
  };
}
