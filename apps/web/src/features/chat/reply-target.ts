import type { MessageItem } from "@halqa/engine";

/** What a reply answers: enough to show it above the box. */
export type ReplyTarget = Pick<MessageItem, "id" | "author" | "text">;

/** The own message whose words are being changed. */
export type EditTarget = Pick<MessageItem, "id" | "text">;
