// What people gave to an item, as bytes of this device's store: reactions, answers, votes, and where they stood.

import {
  compareBytes,
  failReader,
  readBytes,
  readU16,
  readU32,
  readVectorOf,
  writeBytes,
  writeU16,
  writeU32,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import { isEmoji } from "./emoji.ts";
import { readChecked, readId, writeText } from "./field.ts";
import type { CastVote, GivenAnswer, Reaction } from "./item.ts";
import { KEY_BYTES, MAX_EMOJI_BYTES, MAX_PEOPLE } from "./limits.ts";
import {
  readAnswer,
  readChoices,
  writeAnswer,
  writeChoices,
} from "./organise-codec.ts";

/** 48 bits: more entries than any circle has, in a number that stays exact. */
export function writePosition(w: Writer, position: number): void {
  writeU16(w, Math.floor(position / 2 ** 32));
  writeU32(w, position % 2 ** 32);
}

export function readPosition(r: Reader): number {
  const high = readU16(r);
  return high * 2 ** 32 + readU32(r);
}

interface By {
  readonly memberKey: Uint8Array;
  readonly position: number;
}

/** Who did something, and where it stands. */
export function writeBy(w: Writer, { memberKey, position }: By): void {
  writeBytes(w, memberKey);
  writePosition(w, position);
}

export function readBy(r: Reader): By {
  return { memberKey: readBytes(r, KEY_BYTES), position: readPosition(r) };
}

export function writeReaction(w: Writer, x: Reaction): void {
  writeBy(w, x);
  writeText(w, x.emoji);
}

export function readReaction(r: Reader): Reaction {
  return {
    ...readBy(r),
    emoji: readChecked(r, MAX_EMOJI_BYTES, (x) => x === "" || isEmoji(x)),
  };
}

export function writeGivenAnswer(w: Writer, x: GivenAnswer): void {
  writeBy(w, x);
  writeAnswer(w, x.answer);
}

export function readGivenAnswer(r: Reader): GivenAnswer {
  return { ...readBy(r), answer: readAnswer(r) };
}

export function writeVote(w: Writer, x: CastVote): void {
  writeBy(w, x);
  writeBytes(w, x.id);
  writeChoices(w, x.choices);
}

export function readVote(r: Reader): CastVote {
  return { ...readBy(r), id: readId(r), choices: readChoices(r) };
}

/** A list in which each member stands at most once, ascending: one state has one form. */
export function readPeople<T extends { readonly memberKey: Uint8Array }>(
  r: Reader,
  readOne: (r: Reader) => T,
): readonly T[] {
  let last: Uint8Array | undefined;
  return readVectorOf(
    r,
    (inner) => {
      const one = readOne(inner);
      if (last !== undefined && compareBytes(last, one.memberKey) >= 0) {
        failReader(inner, "non-canonical");
      }
      last = one.memberKey;
      return one;
    },
    MAX_PEOPLE,
  );
}
