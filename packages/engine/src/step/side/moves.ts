/**
 * Moves that ask for words, and following the one that counts (docs/spec/relays-of-a-circle.md, MV-5 to MV-13; rule A10). They are stored, because a
 * word that was given must not be forgotten, and judged again whenever this device comes to another epoch.
 */
import { compareBytes, equalBytes } from "@halqa/bytes";
import type { Circle } from "../../circle/circle.ts";
import { followMove, relationTo } from "../../circle/follow-move.ts";
import {
  countWords,
  isSameMove,
  mergeWords,
  moveIdOf,
  votersOf,
} from "../../circle/relay-move.ts";
import type { ProposedMove, RelayMove } from "../../circle/relay-move.ts";
import { isSteward } from "../../circle/roster.ts";
import { withDesk } from "../circle-record.ts";
import type { CircleRecord } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import { fallOut } from "../fall-out.ts";
import { unplan } from "../intents.ts";
import { MAX_MOVES } from "../limits.ts";
import { none } from "../writes.ts";
import { rehome } from "./rehome.ts";
import type { StoredMove } from "./move-record.ts";

/** A move with words, from a mirror or a bundle. What is new of it stays. */
export function takeMove(
  env: StepEnv,
  record: CircleRecord,
  proposed: ProposedMove,
): CircleRecord {
  const { circle, moves } = record;
  if (circle === undefined) return record;
  const relation = relationTo(circle, proposed.move);
  if (relation === "foreign" || relation === "stale") return record;
  const known = moves.find((one) =>
    isSameMove(one.proposed.move, proposed.move),
  );
  if (known !== undefined) {
    const merged = merge(env, circle, { known, proposed });
    return merged === known ? record : withMove(record, known, merged);
  }
  const counted = count(env, circle, proposed);
  // Without a word of a member it is nobody's; of an epoch that is not known yet it may be.
  if (counted === undefined) return record;
  const room = moves.length < MAX_MOVES ? moves : moves.filter(isCounted);
  if (room.length >= MAX_MOVES) return record;
  return { ...record, moves: [...room, counted] };
}

function isCounted(one: StoredMove): boolean {
  return one.isCounted;
}

function merge(
  env: StepEnv,
  circle: Circle,
  o: { readonly known: StoredMove; readonly proposed: ProposedMove },
): StoredMove {
  const { known, proposed } = o;
  const voters = votersOf(circle, env, proposed.move.epoch);
  if (voters === undefined)
    // Nobody can tell which words are whose; the fuller one stays.
    return proposed.words.length > known.proposed.words.length
      ? { ...known, proposed }
      : known;
  const merged = mergeWords(voters, known.proposed, proposed);
  if (merged === known.proposed) return known;
  const { isEnough } = countWords(voters, merged);
  return { proposed: merged, isCounted: true, isEnough };
}

function count(
  env: StepEnv,
  circle: Circle,
  proposed: ProposedMove,
): StoredMove | undefined {
  const voters = votersOf(circle, env, proposed.move.epoch);
  if (voters === undefined)
    return { proposed, isCounted: false, isEnough: false };
  const bare = { move: proposed.move, words: [] };
  const merged = mergeWords(voters, bare, proposed);
  if (merged.words.length === 0) return undefined;
  const { isEnough } = countWords(voters, merged);
  return { proposed: merged, isCounted: true, isEnough };
}

function withMove(
  record: CircleRecord,
  known: StoredMove,
  next: StoredMove,
): CircleRecord {
  const moves = record.moves.map((one) => (one === known ? next : one));
  return { ...record, moves };
}

/** Whether a move can be counted, followed or forgotten now. */
export function isMoveDue({ circle, moves, desk }: CircleRecord): boolean {
  if (circle === undefined || moves.length === 0 || desk.place !== "in")
    return false;
  return moves.some((one) => isDue(circle, one));
}

function isDue(circle: Circle, { proposed, ...one }: StoredMove): boolean {
  const { move } = proposed;
  if (!one.isCounted)
    return circle.epochKeys.some(({ epoch }) => epoch === move.epoch);
  const relation = relationTo(circle, move);
  if (relation === "stale" || relation === "foreign") return true;
  return one.isEnough && relation !== "behind" && relation !== "followed";
}

/** Counts what can be counted, forgets what is over, and follows the move that counts. */
export function settleMoves(env: StepEnv, record: CircleRecord): CircleRecord {
  const { circle } = record;
  if (circle === undefined || !isMoveDue(record)) return record;
  const moves = record.moves.flatMap((one) => {
    const relation = relationTo(circle, one.proposed.move);
    if (relation === "stale" || relation === "foreign") return [];
    if (one.isCounted) return [one];
    const counted = count(env, circle, one.proposed);
    return counted === undefined ? [] : [counted];
  });
  const next = { ...record, moves: moves.length === 0 ? none : moves };
  const best = bestOf(next.moves);
  if (best === undefined) return next;
  switch (relationTo(circle, best.proposed.move)) {
    case "here":
    case "ahead":
      return follow(env, next, best.proposed.move);
    case "elsewhere":
      return leave(env, next, circle);
    case "behind":
    case "followed":
    case "stale":
    case "foreign":
      return next;
  }
}

/** The highest term, and of equal terms the lowest hash. */
function bestOf(moves: readonly StoredMove[]): StoredMove | undefined {
  return moves
    .filter(({ isEnough }) => isEnough)
    .toSorted((one, other) => {
      const [a, b] = [one.proposed.move, other.proposed.move];
      return b.term - a.term || compareBytes(moveIdOf(a), moveIdOf(b));
    })[0];
}

/** MV-9: what was under way for the old log is made anew, and a steward writes the move down soon. */
function follow(
  env: StepEnv,
  record: CircleRecord,
  move: RelayMove,
): CircleRecord {
  if (record.circle === undefined) return record;
  const circle = followMove(record.circle, move);
  const followed = {
    ...unplan({ ...record, circle }),
    proposed: undefined,
  };
  const { upkeep } = followed.desk;
  const next = isSteward(circle)
    ? withDesk(followed, { upkeep: { ...upkeep, rotateAt: env.now } })
    : followed;
  // It stays while it is of the present term: whoever comes late gets it from here.
  return rehome(env, next);
}

/** MV-11: another branch counts, and a commit lies between. */
function leave(
  env: StepEnv,
  record: CircleRecord,
  circle: Circle,
): CircleRecord {
  const alarm = { kind: "halted", reason: "relay-moved" } as const;
  const out = fallOut(env, record, {
    circle,
    cause: "halted",
    alarms: [alarm],
  });
  return out;
}

/** The move that this device gave its word for in a term. */
export function ownWordIn(
  { circle, moves }: CircleRecord,
  term: number,
): StoredMove | undefined {
  if (circle === undefined) return undefined;
  const { leafIndex } = circle.mls.own;
  return moves.find(
    ({ proposed }) =>
      proposed.move.term === term &&
      equalBytes(proposed.move.circleId, circle.info.circleId) &&
      proposed.words.some(({ leaf }) => leaf === leafIndex),
  );
}
