/** What is known of one device (docs/spec/presence.md). */
import type { Spoken } from "../../circle/sent-count.ts";

export interface LeafPresence {
  /** `added`: never heard since it came, by us or by another; `heard` afterwards. */
  readonly state: "added" | "added-by-us" | "heard";
  /** When it was heard, or came: days since 1970. */
  readonly day: number;
  /** The epoch of its newest numbered message, and the number that comes next in it. */
  readonly epoch: bigint;
  readonly next: number;
  /** What of the epoch before was heard, until its first message in this one tells how many there were. */
  readonly before: Spoken | undefined;
}
