import type { MessageItem } from "@halqa/engine";

/** What a reply answers: enough to show it above the box. */
export type ReplyTarget = Pick<MessageItem, "id" | "author" | "text">;
