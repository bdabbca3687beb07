/**
 * Following a move (docs/spec/relays-of-a-circle.md, MV-9 to MV-12): from exactly where the old log is left into the first log at the new relay.
 * Whoever has read less reads on first; whoever has read more sends its own again, or is let in again where a commit lies
 * between.
 */
import { assertInvariant, compareBytes, equalBytes } from "@halqa/bytes";
import { logKeys } from "./address.ts";
import { markAt, markOf } from "./chain-window.ts";
import type { Circle } from "./circle.ts";
import { memberMark, movedLog } from "./circle-log.ts";
import { deriveKey } from "./derive-key.ts";
import { noFragments } from "./fragment-set.ts";
import { moveIdOf } from "./relay-move.ts";
import type { RelayMove } from "./relay-move.ts";
import { termOf } from "./relay-term.ts";
import type { LeftLog } from "./moved.ts";

export type MoveRelation =
  /** Of a term that is over, or of this one behind another move. */
  | "stale"
  /** It led here. */
  | "followed"
  /** For another circle, or a term that nobody could have come to from here. */
  | "foreign"
  /** This device stands where the log is left. */
  | "here"
  /** Entries are missing. */
  | "behind"
  /** This device has read messages that lie behind the place. */
  | "ahead"
  /** It has followed a commit that lies behind the place, or stands on another branch. */
  | "elsewhere";

/** How this device stands to a move. Says nothing about whether enough gave their word for it. */
export function relationTo(circle: Circle, move: RelayMove): MoveRelation {
  if (!equalBytes(move.circleId, circle.info.circleId)) return "foreign";
  const term = termOf(circle);
  if (move.term < term || move.term === 0) return "stale";
  if (move.term === term) return relationInTerm(circle, move);
  const { epoch } = circle.mls.context;
  if (move.term > term + 1) return move.epoch < epoch ? "elsewhere" : "behind";
  return relationFrom(hereIn(circle), epoch, { circle, move });
}

/** Of two moves of one term the lower one counts, wherever one has gone since. */
function relationInTerm(circle: Circle, move: RelayMove): MoveRelation {
  const { moved } = circle;
  // The stewards' commit came to this term: whoever moved by word has left before.
  if (moved === undefined || moved.term !== move.term)
    return move.epoch < circle.mls.context.epoch ? "elsewhere" : "stale";
  const order = compareBytes(moveIdOf(move), moved.moveId);
  if (order >= 0) return order === 0 ? "followed" : "stale";
  const { from } = moved;
  const isBack = from !== undefined && from.epoch === circle.mls.context.epoch;
  if (!isBack) return "elsewhere";
  const relation = relationFrom(from, from.epoch, { circle: undefined, move });
  // Of the log that was left nothing is kept but the place.
  return relation === "here" || relation === "stale" ? relation : "elsewhere";
}

function hereIn({ log, mls }: Circle): LeftLog {
  const { address, origin, seq, relayHead } = log;
  const { epoch } = mls.context;
  return { epoch, address, origin, seq, relayMark: markOf(relayHead) };
}

function relationFrom(
  base: LeftLog,
  epoch: bigint,
  o: { readonly circle: Circle | undefined; readonly move: RelayMove },
): MoveRelation {
  const { move, circle } = o;
  if (move.epoch > epoch) return "behind";
  if (move.epoch < epoch) return "elsewhere";
  const { logId } = logKeys(base.address);
  if (!equalBytes(logId, move.logId)) return "elsewhere";
  if (move.seq > base.seq) return "behind";
  const mark =
    move.seq === base.seq
      ? base.relayMark
      : circle && markAt(circle.log.window, move.seq);
  if (mark === undefined) return "elsewhere";
  const chain = memberMark(base.origin, move.seq, mark);
  if (!equalBytes(chain, move.chain)) return "elsewhere";
  return move.seq === base.seq ? "here" : "ahead";
}

/**
 * The circle in the first log at the new relay. Only for a move with enough words to which the relation is `here` or `ahead`;
 * what this device said behind the place goes out again under the same ids.
 */
export function followMove(circle: Circle, move: RelayMove): Circle {
  const moveId = moveIdOf(move);
  const isAgain = circle.moved?.term === move.term;
  const base = isAgain ? circle.moved?.from : hereIn(circle);
  assertInvariant(base !== undefined, "the place is known");
  const relayMark =
    move.seq === base.seq
      ? base.relayMark
      : markAt(circle.log.window, move.seq);
  assertInvariant(relayMark !== undefined, "the place is in the window");
  const from = { ...base, seq: move.seq, relayMark };
  const { relayPub } = move.relay;
  const { addressNumber, logSeed } = base.address;
  const address = {
    addressNumber,
    part: 0,
    relayPub,
    // Two moves from one place must never lead into one log.
    logSeed: deriveKey(logSeed, "movedLogSeed", moveId),
  };
  const { entriesRead } = circle.log;
  return {
    ...circle,
    log: movedLog(address, { ...from, entriesRead }),
    fragments: noFragments,
    moved: { relay: move.relay, term: move.term, moveId, from },
  };
}
