/** A move to another relay that asks for words, as it is stored (docs/spec/relays-of-a-circle.md, MV-5). */
import type { ProposedMove } from "../../circle/relay-move.ts";

export interface StoredMove {
  readonly proposed: ProposedMove;
  /** This device knows the epoch and has counted: all words are somebody's. */
  readonly isCounted: boolean;
  /** Enough gave their word. */
  readonly isEnough: boolean;
}
