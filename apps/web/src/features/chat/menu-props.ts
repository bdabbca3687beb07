import type { Post, Rights } from "./posts.ts";
import type { ReplyTarget } from "./reply-target.ts";

/** The menu of a post, and each of its steps. */
export interface MessageMenuProps {
  readonly circle: string;
  readonly item: Post;
  readonly rights: Rights;
  readonly onReply: (target: ReplyTarget) => void;
  readonly onEdit: (item: Post) => void;
  readonly onClose: () => void;
}

export type MenuStep = "acts" | "hide" | "delete" | "forward";
