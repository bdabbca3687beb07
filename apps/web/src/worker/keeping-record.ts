// What a device remembers about its own keeping, as one record of the vault: when it locks, the key of the backups, and how far
// its person got with the words (docs/spec/app.md, AP-70 to AP-76).

import {
  decode,
  encode,
  failReader,
  readOptional,
  readU16,
  readU32,
  readU64,
  readU8,
  readVector,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  type Reader,
} from "@halqa/bytes";
import type { LockSettings, WordsState } from "../client/keeper.ts";
import { TICKS, type Tick } from "../client/ticks.ts";

export const KEEPING_REF = { store: "app", id: "keeping" };

export interface Keeping {
  readonly settings: LockSettings;
  /** The recovery key, from when its words were first shown. */
  readonly recoveryKey: Uint8Array | undefined;
  readonly words: WordsState;
  readonly backupAt: number | undefined;
  readonly quietUntil: number | undefined;
  readonly ticks: readonly Tick[];
}

/** Before anybody chose anything. The lock counts only where there is a passphrase. */
export const NEW_KEEPING: Keeping = {
  settings: { afterMinutes: 15, onHide: false, blankOnHide: true },
  recoveryKey: undefined,
  words: "none",
  backupAt: undefined,
  quietUntil: undefined,
  ticks: [],
};

const VERSION = 1;
const KEY_LENGTH = 32;
const WORDS: readonly WordsState[] = ["none", "shown", "kept"];
/** A day: whoever wants longer chooses never. */
const MOST_MINUTES = 1_440;

export function encodeKeeping(keeping: Keeping): Uint8Array {
  const { settings, recoveryKey, words, backupAt, quietUntil, ticks } = keeping;
  return encode((w) => {
    writeU8(w, VERSION);
    writeU16(w, settings.afterMinutes);
    writeU8(w, settings.onHide ? 1 : 0);
    writeU8(w, settings.blankOnHide ? 1 : 0);
    writeU8(w, WORDS.indexOf(words));
    writeOptional(w, recoveryKey, writeVector);
    for (const time of [backupAt, quietUntil])
      writeOptional(w, time, (inner, at) => writeU64(inner, BigInt(at)));
    writeU32(w, packTicks(ticks));
  });
}

/** Undefined where the bytes are none of ours. */
export function decodeKeeping(bytes: Uint8Array): Keeping | undefined {
  const read = decode(bytes, (r): Keeping => {
    if (readU8(r) !== VERSION) failReader(r, "invalid");
    const afterMinutes = readU16(r);
    const settings = {
      afterMinutes,
      onHide: readFlag(r),
      blankOnHide: readFlag(r),
    };
    const words = WORDS[readU8(r)];
    const recoveryKey = readOptional(r, (inner) => readVector(inner));
    const backupAt = readOptional(r, readTime);
    const quietUntil = readOptional(r, readTime);
    const ticks = readTicks(r);
    const isKey =
      recoveryKey === undefined || recoveryKey.length === KEY_LENGTH;
    if (words === undefined || !isKey || afterMinutes > MOST_MINUTES)
      failReader(r, "invalid");
    return {
      settings,
      recoveryKey,
      words: words ?? "none",
      backupAt,
      quietUntil,
      ticks,
    };
  });
  return read.ok ? read.value : undefined;
}

/** Settings as a page gave them, within their bounds. */
export function boundSettings(settings: LockSettings): LockSettings {
  const { afterMinutes, onHide, blankOnHide } = settings;
  const minutes = Math.min(MOST_MINUTES, Math.max(0, Math.round(afterMinutes)));
  return { afterMinutes: minutes, onHide, blankOnHide };
}

function readFlag(r: Reader): boolean {
  const flag = readU8(r);
  if (flag > 1) failReader(r, "invalid");
  return flag === 1;
}

function readTime(r: Reader): number {
  const time = readU64(r);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) failReader(r, "invalid");
  return Number(time);
}

/** One bit each, the first one lowest. */
function packTicks(ticks: readonly Tick[]): number {
  return TICKS.reduce(
    (bits, tick, at) => bits + (ticks.includes(tick) ? 2 ** at : 0),
    0,
  );
}

function readTicks(r: Reader): readonly Tick[] {
  const bits = readU32(r);
  if (bits >= 2 ** TICKS.length) failReader(r, "invalid");
  return TICKS.filter((_, at) => Math.floor(bits / 2 ** at) % 2 === 1);
}
