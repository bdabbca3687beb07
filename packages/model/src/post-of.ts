// The post that a content puts into the list (docs/spec/content.md, CT-35).

import type { ListContent, TaskFields, TextContent } from "./content.ts";
import type { Act } from "./folded.ts";
import type { MessageItem, PostItem, ReplyTarget } from "./item.ts";

export type Post = Extract<
  ListContent,
  { kind: "text" | "notice" | "poll" | "task" | "minutes" }
>;

/** `saidAt`: the minute from which a lifetime counts. */
export function postOf(
  act: Act,
  content: Post,
  saidAt: number = act.placed.minute,
): PostItem {
  const { author, placed, standing } = act;
  const base = {
    ...placed,
    author,
    reactions: [],
    ...(standing.late ? { late: true as const } : {}),
    ...(content.extensions === undefined
      ? {}
      : { extensions: content.extensions }),
  };
  switch (content.kind) {
    case "text":
      return { item: "message", ...base, ...messageOf(act, content, saidAt) };
    case "notice": {
      const { title, when, place, agenda } = content;
      const said = { title, when, place, agenda };
      return { item: "notice", ...base, ...said, answers: [] };
    }
    case "poll": {
      const { question, options, ballot, closes } = content;
      const asked = { question, options, ballot };
      const until = closes === undefined ? {} : { closes };
      return { item: "poll", ...base, ...asked, ...until, votes: [] };
    }
    case "task":
      return { item: "task", ...base, ...taskOf(content) };
    case "minutes": {
      const { notice, text } = content;
      const of = notice === undefined ? {} : { notice: pointTo(act, notice) };
      return { item: "minutes", ...base, text, ...of };
    }
  }
}

function taskOf({ title, owner, due, done }: TaskFields): TaskFields {
  return {
    title,
    ...(owner === undefined ? {} : { owner }),
    ...(due === undefined ? {} : { due }),
    done,
  };
}

/** What the two have in common has one name; the rest is turned into what a list keeps. */
function messageOf(
  act: Act,
  content: TextContent,
  saidAt: number,
): Pick<
  MessageItem,
  "text" | "replyTo" | "mentions" | "attachments" | "forwarded" | "expires"
> {
  const { text, replyTo, mentions, attachments, lifetime } = content;
  return {
    text,
    ...(replyTo === undefined ? {} : { replyTo: pointTo(act, replyTo) }),
    ...(mentions === undefined ? {} : { mentions }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(content.forwarded === true ? { forwarded: true as const } : {}),
    ...(lifetime === undefined ? {} : { expires: expiryOf(saidAt, lifetime) }),
  };
}

/** A sender's clock can be far ahead; what no number holds is the last minute there is. */
function expiryOf(minute: number, lifetime: number): number {
  return Math.min(minute + lifetime, 2 ** 32 - 1);
}

function pointTo({ item }: Act, id: Uint8Array): ReplyTarget {
  const ordinal = item(id)?.ordinal;
  return { id, ...(ordinal === undefined ? {} : { ordinal }) };
}
