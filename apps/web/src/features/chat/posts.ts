// What people put into a circle's list, as far as the menu, the pins and the list of hits treat it alike.

import type {
  MessageItem,
  MinutesItem,
  NoticeItem,
  PollItem,
  TaskItem,
  TimelineItem,
} from "@halqa/engine";

export type Post = MessageItem | NoticeItem | PollItem | TaskItem | MinutesItem;

export function isPost(item: TimelineItem): item is Post {
  switch (item.item) {
    case "message":
    case "notice":
    case "poll":
    case "task":
    case "minutes":
      return true;
    case "gone":
    case "change":
    case "unreadable":
      return false;
  }
}

/** The words of a post, to be copied, quoted and shown in a line; empty where it is hidden. */
export function textOf(post: Post): string {
  switch (post.item) {
    case "message":
    case "minutes":
      return post.text;
    case "notice":
    case "task":
      return post.title;
    case "poll":
      return post.question;
  }
}

/** What the person of this device may do with posts of the circle. */
export interface Rights {
  readonly canWrite: boolean;
  readonly canPin: boolean;
  readonly isSteward: boolean;
}

/** Whether the words or the facts of a post are the person's to change. */
export function canChange(post: Post, rights: Rights): boolean {
  const isLost = post.hidden !== undefined || post.state === "failed";
  if (!rights.canWrite || isLost || isSettled(post)) return false;
  if (post.author.own) return true;
  if (post.item === "task" && post.owner?.own === true) return true;
  return post.item !== "message" && rights.isSteward;
}

function isSettled(post: Post): boolean {
  return (
    post.item === "minutes" ||
    (post.item === "poll" && post.closed !== undefined)
  );
}
