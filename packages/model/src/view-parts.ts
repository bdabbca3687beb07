// What the views of several kinds of items share: people, replies, reactions, how far something is on its way.

import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { excerptOf } from "./excerpt.ts";
import {
  isHidden,
  isPost,
  type Author,
  type Item,
  type PostItem,
  type Reaction,
  type ReplyTarget,
} from "./item.ts";
import { hidesNames } from "./privacy.ts";
import { textOf } from "./summary.ts";
import type {
  PersonView,
  ReactionView,
  ReplyView,
  Roster,
  SentView,
  ViewBase,
  ViewContext,
} from "./view-shape.ts";

export const MINUTE_MS = 60_000;

export function baseOf(item: Item): ViewBase {
  return {
    id: encodeBase64url(item.id),
    ...(item.ordinal === undefined ? {} : { ordinal: item.ordinal }),
    at: item.minute * MINUTE_MS,
  };
}

/** CT-95: who can see it. */
function privacyOf(item: PostItem): Pick<SentView, "privacy"> {
  if (item.item === "message" && item.sealed !== undefined)
    return { privacy: "stewards" };
  return hidesNames(item) ? { privacy: "names-hidden" } : {};
}

export function sentOf(item: PostItem, context: ViewContext): SentView {
  const { roster } = context;
  const author = authorToView(item.author, roster);
  const { pin, hide } = item;
  return {
    ...baseOf(item),
    author,
    ...privacyOf(item),
    reactions: reactionsToView(item.reactions, roster),
    ...(pin?.pinned === true
      ? { pinnedBy: personOf(pin.memberKey, roster) }
      : {}),
    ...(hide === undefined || hide.reason === "shown"
      ? {}
      : {
          hidden: { by: personOf(hide.memberKey, roster), reason: hide.reason },
        }),
    ...(item.late === true ? { late: true } : {}),
    ...(item.shared === undefined
      ? {}
      : {
          shared: {
            author: authorToView(item.shared.author, roster),
            at: item.shared.minute * MINUTE_MS,
          },
        }),
    ...(author.own
      ? deliveryOf(item.id, item.ordinal !== undefined, context)
      : {}),
  };
}

export function deliveryOf(
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
export function authorToView(
  { memberKey, name }: Author,
  roster: Roster,
): PersonView {
  const person = personOf(memberKey, roster);
  return roster.names.has(person.member) ? person : { ...person, name };
}

/** A member by the roster alone; one who is gone has no name there. */
export function personOf(memberKey: Uint8Array, roster: Roster): PersonView {
  const member = encodeBase64url(memberKey);
  return {
    member,
    name: roster.names.get(member) ?? "",
    own: equalBytes(memberKey, roster.own),
  };
}

export function replyToView(
  target: ReplyTarget,
  context: ViewContext,
): ReplyView {
  const item = context.item(target.id);
  const id = encodeBase64url(target.id);
  if (item === undefined || !isPost(item)) return { id, excerpt: "" };
  return {
    id,
    author: authorToView(item.author, context.roster),
    excerpt: isHidden(item) ? "" : excerptOf(textOf(item)),
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

/** In the order of the log. */
export function byPosition(
  a: { readonly position: number },
  b: { readonly position: number },
): number {
  return a.position - b.position;
}
