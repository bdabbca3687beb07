import type { CircleView } from "@halqa/engine";
import type { EditTarget, ReplyTarget } from "./reply-target.ts";

/** What the place to write is given, and what it tells. */
export interface ComposerProps {
  readonly view: CircleView;
  readonly replyTo: ReplyTarget | undefined;
  /** The own message whose words are being changed. */
  readonly editing: EditTarget | undefined;
  readonly onReplyTo: (target: ReplyTarget | undefined) => void;
  readonly onEditing: (target: EditTarget | undefined) => void;
  /** Wants to change the last own message. */
  readonly onEditLast: () => void;
  readonly onSent: () => void;
  /** Shows what leaves before it is stored; answers with what it is called. */
  readonly onLeaving: (text: string) => string;
  /** It is stored under this id, or not at all. */
  readonly onStored: (key: string, id: string | undefined) => void;
}
