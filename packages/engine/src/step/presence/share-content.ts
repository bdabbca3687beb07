/** An item as a steward passes it on (docs/spec/presence.md, PR-32): what it says now, whose it is, and when it was put there. */
import { encodeContent, isHidden, MAX_SHARED_BYTES } from "@halqa/model";
import type {
  ListContent,
  MessageItem,
  PostItem,
  ShareContent,
  TaskItem,
} from "@halqa/model";

/** Undefined for what is not passed on: polls, what is hidden, and what is too long. */
export function shareOf(item: PostItem): ShareContent | undefined {
  const { author, minute } = item.shared ?? item;
  const content = isHidden(item) ? undefined : contentOf(item, minute);
  if (content === undefined) return undefined;
  const said = encodeContent(content);
  if (said.length > MAX_SHARED_BYTES) return undefined;
  const { memberKey, name } = author;
  return {
    kind: "share",
    target: item.id,
    author: { memberKey, name },
    minute,
    pinned: item.pin?.pinned === true,
    ...updateOf(item),
    said,
  };
}

function updateOf(item: PostItem): Pick<ShareContent, "update"> {
  if (item.item !== "notice" || item.update === undefined) return {};
  const { version, state } = item.update;
  return { update: { version, state } };
}

function contentOf(item: PostItem, minute: number): ListContent | undefined {
  switch (item.item) {
    case "message":
      return textOf(item, minute);
    case "notice": {
      const { title, when, place, agenda } = item;
      return { kind: "notice", title, when, place, agenda };
    }
    case "task":
      return { kind: "task", ...taskOf(item) };
    case "minutes": {
      const { text, notice } = item;
      const of = notice === undefined ? {} : { notice: notice.id };
      return { kind: "minutes", text, ...of };
    }
    case "poll":
      return undefined;
  }
}

function textOf(item: MessageItem, minute: number): ListContent | undefined {
  // CT-90: what is for stewards would be said to everybody.
  if (item.sealed !== undefined) return undefined;
  const { text, mentions, attachments, forwarded, expires } = item;
  const lifetime = expires === undefined ? undefined : expires - minute;
  if (lifetime !== undefined && lifetime <= 0) return undefined;
  return {
    kind: "text",
    text,
    ...(mentions === undefined ? {} : { mentions }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(forwarded === true ? { forwarded } : {}),
    ...(lifetime === undefined ? {} : { lifetime }),
  };
}

function taskOf({
  title,
  owner,
  due,
  done,
}: TaskItem): Pick<TaskItem, "title" | "owner" | "due" | "done"> {
  return {
    title,
    ...(owner === undefined ? {} : { owner }),
    ...(due === undefined ? {} : { due }),
    done,
  };
}
