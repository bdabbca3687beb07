import type { MemberView } from "@halqa/engine";
import type { EditTarget, ReplyTarget } from "./reply-target.ts";

/** What the place to write is given, and what it tells. */
export interface ComposerProps {
  readonly circle: string;
  readonly members: readonly MemberView[];
  readonly isUnconfirmed: boolean;
  readonly replyTo: ReplyTarget | undefined;
  /** The own message whose words are being changed. */
  readonly editing: EditTarget | undefined;
  readonly onReplyTo: (target: ReplyTarget | undefined) => void;
  readonly onEditing: (target: EditTarget | undefined) => void;
  /** Wants to change the last own message. */
  readonly onEditLast: () => void;
  readonly onSent: () => void;
}
