/** Sealing keys of our leaves in a circle (rule B12; docs/spec/circle.md, CI-193): the present one, and for a while those that it replaced. */
import { readOptional, writeOptional } from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import type { KeyPair } from "@halqa/crypto";
import { readKeyPair, writeKeyPair } from "./circle-field.ts";
import { readCount, writeCount } from "./field.ts";
import { MAX_SEALING_KEYS, SEALING_KEY_MS } from "./limits.ts";

export interface SealingKey extends KeyPair {
  /** By this device's clock, milliseconds; undefined for the one that the leaf has. */
  readonly replacedAt?: number | undefined;
}

/** The keys with a new one of our leaf in front. */
export function replaceSealingKey(
  keys: readonly SealingKey[],
  next: KeyPair,
  at: number,
): readonly SealingKey[] {
  const replaced = keys.map((key) => ({
    ...key,
    replacedAt: key.replacedAt ?? at,
  }));
  return [next, ...replaced].slice(0, MAX_SEALING_KEYS);
}

/** When the first of them has to go; undefined where none has to. */
export function sealingKeysEndAt(
  keys: readonly SealingKey[],
  now: number,
): number | undefined {
  const ends = keys.flatMap(({ replacedAt }) => {
    if (replacedAt === undefined) return [];
    return [replacedAt > now ? now : replacedAt + SEALING_KEY_MS];
  });
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Without those whose time is over; one that a clock set back has put ahead begins anew. The same list where nothing is to be done. */
export function freshSealingKeys(
  keys: readonly SealingKey[],
  now: number,
): readonly SealingKey[] {
  const end = sealingKeysEndAt(keys, now);
  if (end === undefined || end > now) return keys;
  return keys
    .filter(({ replacedAt }) => !isOver(replacedAt, now))
    .map((key) => {
      const isAhead = key.replacedAt !== undefined && key.replacedAt > now;
      return isAhead ? { ...key, replacedAt: now } : key;
    });
}

function isOver(replacedAt: number | undefined, now: number): boolean {
  return replacedAt !== undefined && replacedAt + SEALING_KEY_MS <= now;
}

export function writeSealingKey(w: Writer, key: SealingKey): void {
  writeKeyPair(w, key);
  writeOptional(w, key.replacedAt, writeCount);
}

export function readSealingKey(r: Reader): SealingKey {
  const pair = readKeyPair(r);
  const replacedAt = readOptional(r, readCount);
  return replacedAt === undefined ? pair : { ...pair, replacedAt };
}
