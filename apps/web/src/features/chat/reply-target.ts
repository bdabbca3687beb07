import type { MessageItem } from "@halqa/engine";

/** What a reply answers: enough to show it above the box. */
export interface ReplyTarget extends Pick<MessageItem, "id"> {
  /** Absent where a draft names an item that is not loaded. */
  readonly shown?: Pick<MessageItem, "author" | "text">;
  /** Out of a draft, so that nobody has just asked for the box. */
  readonly isRecalled?: boolean;
}

/** The own message whose words are being changed. */
export type EditTarget = Pick<MessageItem, "id" | "text">;
