/**
 * Items and summaries as screens and terminals get them: plain data, ids as base64url text, people by the names of the
 * roster (docs/spec/content.md, "Views"). These shapes are those of the engine's views, which hands them on.
 */

import { encodeBase64url, equalBytes } from "@halqa/bytes";
import type { Answer, NoticeTime } from "./content.ts";
import { excerptOf } from "./excerpt.ts";
import type {
  Author,
  Change,
  ChangeItem,
  GivenAnswer,
  Item,
  MessageItem,
  NoticeItem,
  Reaction,
  ReplyTarget,
  UnreadableItem,
  UnreadableReason,
} from "./item.ts";
import { lastItemOf, type LastItem, type Summary } from "./summary.ts";

/** Who is in the circle now. */
export interface Roster {
  /** The member key of this device's person. */
  readonly own: Uint8Array;
  /** Names by member key in base64url, of present members only. */
  readonly names: ReadonlyMap<string, string>;
}

/** What the outbox says of an item of this device's person that has no ordinal yet. */
export interface Delivery {
  readonly state: "queued" | "sent" | "failed";
  readonly failure?: string | undefined;
}

export interface ViewContext {
  readonly roster: Roster;
  /** Items that are at hand, for the excerpts of replies (`repliesIn` says which). */
  readonly item: (id: Uint8Array) => Item | undefined;
  /** Asked for own items without an ordinal; where it says nothing they are queued. */
  readonly delivery?: ((id: Uint8Array) => Delivery | undefined) | undefined;
}

export interface PersonView {
  readonly member: string;
  readonly name: string;
  readonly own: boolean;
}

interface ViewBase {
  readonly id: string;
  readonly ordinal?: number;
  readonly at: number;
}

interface SentView extends ViewBase {
  readonly author: PersonView;
  readonly reactions: readonly ReactionView[];
  /** Only of what this device's person sent. */
  readonly state?: Delivery["state"];
  readonly failure?: string;
}

export interface ReactionView {
  readonly emoji: string;
  readonly people: readonly PersonView[];
}

export interface MessageView extends SentView {
  readonly item: "message";
  readonly text: string;
  readonly replyTo?: ReplyView;
}

export interface ReplyView {
  readonly id: string;
  readonly author?: PersonView;
  /** Empty where the item is not at hand or says nothing. */
  readonly excerpt: string;
}

export interface NoticeView extends SentView {
  readonly item: "notice";
  readonly title: string;
  readonly when: NoticeTime;
  readonly place: string;
  readonly agenda: string;
  /** Of present members; who was removed is not expected. */
  readonly answers: Readonly<Record<Answer, readonly PersonView[]>>;
  readonly ownAnswer?: Answer;
}

export interface ChangeView extends ViewBase {
  readonly item: "change";
  readonly change: Change;
  readonly by?: PersonView;
  readonly who?: PersonView;
}

export interface UnreadableView extends ViewBase {
  readonly item: "unreadable";
  readonly author?: PersonView;
  readonly reason: UnreadableReason;
}

export type ItemView = MessageView | NoticeView | ChangeView | UnreadableView;

export interface SummaryView {
  readonly unread: number;
  readonly last?: {
    readonly item: Item["item"];
    readonly author?: PersonView;
    readonly text: string;
    readonly change?: Change;
    readonly at: number;
    readonly state?: Delivery["state"];
  };
  readonly nextNotice?: {
    readonly id: string;
    readonly title: string;
    readonly when: NoticeTime;
    readonly place: string;
    readonly ownAnswer?: Answer;
  };
}

const MINUTE_MS = 60_000;

/** The items that the view of these shows excerpts of; the ordinal says where one stands. */
export function repliesIn(items: readonly Item[]): readonly ReplyTarget[] {
  return items.flatMap((item) =>
    item.item === "message" && item.replyTo !== undefined ? [item.replyTo] : [],
  );
}

/** An item as a list shows it. */
export function itemToView(item: Item, context: ViewContext): ItemView {
  switch (item.item) {
    case "message":
      return messageToView(item, context);
    case "notice":
      return noticeToView(item, context);
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
    ...(last === undefined ? {} : { last: lastToView(last, context) }),
    ...(next?.item === "notice" ? { nextNotice: briefOf(next, roster) } : {}),
  };
}

function messageToView(item: MessageItem, context: ViewContext): MessageView {
  return {
    item: "message",
    ...sentOf(item, context),
    text: item.text,
    ...(item.replyTo === undefined
      ? {}
      : { replyTo: replyToView(item.replyTo, context) }),
  };
}

function noticeToView(item: NoticeItem, context: ViewContext): NoticeView {
  const { title, when, place, agenda } = item;
  return {
    item: "notice",
    ...sentOf(item, context),
    title,
    when,
    place,
    agenda,
    answers: answersOf(item.answers, context.roster),
    ...ownAnswerOf(item, context.roster),
  };
}

function changeToView(item: ChangeItem, roster: Roster): ChangeView {
  return {
    item: "change",
    ...baseOf(item),
    change: item.change,
    ...(item.by === undefined ? {} : { by: authorToView(item.by, roster) }),
    ...(item.who === undefined ? {} : { who: authorToView(item.who, roster) }),
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

function baseOf(item: Item): ViewBase {
  return {
    id: encodeBase64url(item.id),
    ...(item.ordinal === undefined ? {} : { ordinal: item.ordinal }),
    at: item.minute * MINUTE_MS,
  };
}

function sentOf(
  item: MessageItem | NoticeItem,
  context: ViewContext,
): SentView {
  const author = authorToView(item.author, context.roster);
  return {
    ...baseOf(item),
    author,
    reactions: reactionsToView(item.reactions, context.roster),
    ...(author.own
      ? deliveryOf(item.id, item.ordinal !== undefined, context)
      : {}),
  };
}

function deliveryOf(
  id: Uint8Array,
  isPlaced: boolean,
  { delivery }: Pick<ViewContext, "delivery">,
): Pick<SentView, "state" | "failure"> {
  // An entry that was read back from the log is with the relay, whatever the outbox still believes.
  if (isPlaced) return { state: "sent" };
  const told = delivery?.(id);
  if (told === undefined) return { state: "queued" };
  const { state, failure } = told;
  return { state, ...(failure === undefined ? {} : { failure }) };
}

/** The present name of a member; the name of then for one who is gone. */
function authorToView({ memberKey, name }: Author, roster: Roster): PersonView {
  const person = personOf(memberKey, roster);
  return roster.names.has(person.member) ? person : { ...person, name };
}

/** A member by the roster alone; one who is gone has no name there. */
function personOf(memberKey: Uint8Array, roster: Roster): PersonView {
  const member = encodeBase64url(memberKey);
  return {
    member,
    name: roster.names.get(member) ?? "",
    own: equalBytes(memberKey, roster.own),
  };
}

function replyToView(target: ReplyTarget, context: ViewContext): ReplyView {
  const item = context.item(target.id);
  const id = encodeBase64url(target.id);
  if (item?.item !== "message" && item?.item !== "notice") {
    return { id, excerpt: "" };
  }
  return {
    id,
    author: authorToView(item.author, context.roster),
    excerpt: excerptOf(item.item === "message" ? item.text : item.title),
  };
}

/** Grouped by emoji; groups and people in the order in which they came. */
function reactionsToView(
  reactions: readonly Reaction[],
  roster: Roster,
): readonly ReactionView[] {
  const peopleByEmoji = new Map<string, PersonView[]>();
  for (const { emoji, memberKey } of reactions.toSorted(byPosition)) {
    if (emoji === "") continue;
    const people = peopleByEmoji.get(emoji) ?? [];
    people.push(personOf(memberKey, roster));
    peopleByEmoji.set(emoji, people);
  }
  return [...peopleByEmoji].map(([emoji, people]) => ({ emoji, people }));
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

function byPosition(
  a: { readonly position: number },
  b: { readonly position: number },
): number {
  return a.position - b.position;
}

function lastToView(
  last: LastItem,
  context: Pick<ViewContext, "roster" | "delivery">,
): NonNullable<SummaryView["last"]> {
  const author =
    last.author === undefined
      ? undefined
      : authorToView(last.author, context.roster);
  const isSent = last.item === "message" || last.item === "notice";
  const delivery =
    isSent && author?.own === true
      ? deliveryOf(last.id, last.ordinal !== undefined, context)
      : {};
  return {
    item: last.item,
    ...(author === undefined ? {} : { author }),
    text: last.text,
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
    ...ownAnswerOf(item, roster),
  };
}
