/** Messages that are missing (docs/spec/presence.md, PR-20 to PR-24): found by their numbers, asked for after a while, forgotten after a week. */
import { sha256 } from "@halqa/crypto";
import { concatBytes, encode, writeU32, writeU64 } from "@halqa/bytes";
import { MAX_MISSING } from "@halqa/model";
import type { MissingContent } from "@halqa/model";
import {
  ASK_AGAIN_MS,
  ASK_FIRST_MS,
  ASK_SPREAD_MS,
  GAP_LIFE_MS,
  MAX_ASKS_OF_GAP,
  MAX_GAPS,
  MAX_GAPS_OF_LEAF,
} from "../limits.ts";
import { none } from "../none.ts";
import type { Missing } from "./missing.ts";

export interface Gap extends Missing {
  readonly leaf: number;
  /** When it was found, and last asked for by anybody, milliseconds. */
  readonly at: number;
  readonly askedAt: number;
  readonly asks: number;
}

interface Place extends Missing {
  readonly leaf: number;
}

/** The list without a message that came. */
export function closeGap(gaps: readonly Gap[], place: Place): readonly Gap[] {
  if (!gaps.some((one) => isAt(one, place))) return gaps;
  const left = gaps.filter((one) => !isAt(one, place));
  return left.length === 0 ? none : left;
}

/** With what is missing of a device. Where there are too many, its own oldest go, or those of whoever has most. */
export function openGaps(
  gaps: readonly Gap[],
  o: {
    readonly leaf: number;
    readonly missing: readonly Missing[];
    readonly now: number;
  },
): readonly Gap[] {
  let next = gaps;
  for (const { epoch, number } of o.missing) {
    const { leaf, now } = o;
    const gap = { leaf, epoch, number, at: now, askedAt: 0, asks: 0 };
    if (next.some((one) => isAt(one, gap))) continue;
    next = [...makeRoom(next, leaf), gap];
  }
  return next;
}

function makeRoom(gaps: readonly Gap[], leaf: number): readonly Gap[] {
  const own = gaps.filter((one) => one.leaf === leaf);
  if (own.length >= MAX_GAPS_OF_LEAF)
    return gaps.filter((one) => one !== own[0]);
  if (gaps.length < MAX_GAPS) return gaps;
  const counts = new Map<number, number>();
  for (const one of gaps) counts.set(one.leaf, (counts.get(one.leaf) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const first = gaps.find((one) => counts.get(one.leaf) === most);
  return gaps.filter((one) => one !== first);
}

function isAt(one: Place, other: Place): boolean {
  return (
    one.leaf === other.leaf &&
    one.epoch === other.epoch &&
    one.number === other.number
  );
}

/** PR-22: somebody asked; nobody else has to for a while. */
export function noteAsked(
  gaps: readonly Gap[],
  asked: Omit<MissingContent, "kind">,
  now: number,
): readonly Gap[] {
  const { leaf, epoch, numbers } = asked;
  const isAsked = (one: Gap): boolean =>
    numbers.some((number) => isAt(one, { leaf, epoch, number }));
  if (!gaps.some(isAsked)) return gaps;
  return gaps.map((one) =>
    isAsked(one)
      ? {
          ...one,
          askedAt: now,
          asks: Math.min(one.asks + 1, MAX_ASKS_OF_GAP),
        }
      : one,
  );
}

/**
 * When this device asks for it; undefined once it was asked for often enough. Spread over some minutes by a hash, so that of many who
 * miss the same thing one or a few ask, and the others hear it.
 */
export function askAt(gap: Gap, ownLeaf: number): number | undefined {
  const { asks, askedAt, at } = gap;
  if (asks >= MAX_ASKS_OF_GAP) return undefined;
  const wait = Math.floor((drawOf(gap, ownLeaf) / 0x1_0000) * ASK_SPREAD_MS);
  return asks === 0 ? at + ASK_FIRST_MS + wait : askedAt + ASK_AGAIN_MS + wait;
}

function drawOf({ leaf, epoch, number }: Gap, ownLeaf: number): number {
  const place = encode((w) => {
    writeU32(w, leaf);
    writeU64(w, epoch);
    writeU32(w, number);
  });
  const own = encode((w) => writeU32(w, ownLeaf));
  const [high = 0, low = 0] = sha256(concatBytes(place, own));
  return high * 256 + low;
}

/** What is missing is forgotten so long after it was found. */
export const GAP_ENDS: number = GAP_LIFE_MS;

/** PR-24: a week is as long as its author keeps it. A time that lies ahead was set by a clock that was wrong. */
export function isForgotten({ at }: Gap, now: number): boolean {
  return now >= at + GAP_LIFE_MS || at > now + GAP_LIFE_MS;
}

/** What this device asks for now, a content for each device and epoch. */
export function dueAsks(
  gaps: readonly Gap[],
  ownLeaf: number,
  now: number,
): readonly MissingContent[] {
  const asks: MissingContent[] = [];
  for (const gap of gaps) {
    const due = askAt(gap, ownLeaf);
    if (due === undefined || due > now) continue;
    const { leaf, epoch, number } = gap;
    const at = asks.findIndex(
      (one) =>
        one.leaf === leaf &&
        one.epoch === epoch &&
        one.numbers.length < MAX_MISSING,
    );
    const ask = asks[at];
    if (ask === undefined)
      asks.push({ kind: "missing", leaf, epoch, numbers: [number] });
    else asks[at] = { ...ask, numbers: [...ask.numbers, number] };
  }
  return asks.map((ask) => ({
    ...ask,
    numbers: ask.numbers.toSorted((one, other) => one - other),
  }));
}
