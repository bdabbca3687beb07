/** A message that this device said lately, as it is kept for those who miss it (docs/spec/presence.md, PR-23). */
import type { Counted } from "../../circle/sent-count.ts";

export interface SentMessage {
  readonly messageId: Uint8Array;
  readonly minute: number;
  readonly content: Uint8Array;
  readonly counted: Counted;
  readonly resends: number;
  /** Milliseconds; 0 for never. */
  readonly resentAt: number;
  /** When it is not kept any more; it follows from the rest. */
  readonly endsAt: number;
}
