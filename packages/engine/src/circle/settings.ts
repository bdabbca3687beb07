/**
 * What the stewards of a circle have set (docs/spec/circle.md, CI-100): who may do what beside being a steward, and how long
 * messages live. All of it stands in `halqa_circle`, so that every member of an epoch judges by the same settings.
 */
import { failReader, readU32, readU8, writeU32, writeU8 } from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { MAX_DISAPPEARING_MINUTES } from "./limits.ts";

/** `direct`: two people, both stewards. It never changes. */
export type CircleKind = "circle" | "direct";

/** Who may do something. Stewards always may. */
export type Whoever = "everyone" | "stewards";

export interface CircleSettings {
  readonly kind: CircleKind;
  /** Where only stewards may, the circle is for announcements. */
  readonly posting: Whoever;
  /** `everyone`: invites may be recorded by which any member lets people in. */
  readonly adding: Whoever;
  readonly pinning: Whoever;
  /** Minutes from sending after which messages go; 0: they stay. */
  readonly disappearing: number;
}

const KINDS: readonly [CircleKind, CircleKind] = ["circle", "direct"];
const WHO: readonly [Whoever, Whoever] = ["everyone", "stewards"];

/** What a circle begins with. */
export function firstSettings(kind: CircleKind): CircleSettings {
  return {
    kind,
    posting: "everyone",
    adding: "everyone",
    pinning: "everyone",
    disappearing: 0,
  };
}

export function writeSettings(w: Writer, settings: CircleSettings): void {
  writeU8(w, KINDS.indexOf(settings.kind));
  writeWho(w, settings.posting);
  writeWho(w, settings.adding);
  writeWho(w, settings.pinning);
  writeU32(w, settings.disappearing);
}

export function readSettings(r: Reader): CircleSettings {
  return {
    kind: readOneOf(r, KINDS),
    posting: readWho(r),
    adding: readWho(r),
    pinning: readWho(r),
    disappearing: readMinutes(r),
  };
}

export function writeWho(w: Writer, who: Whoever): void {
  writeU8(w, WHO.indexOf(who));
}

export function readWho(r: Reader): Whoever {
  return readOneOf(r, WHO);
}

export function readMinutes(r: Reader): number {
  const minutes = readU32(r);
  if (minutes <= MAX_DISAPPEARING_MINUTES) return minutes;
  failReader(r, "invalid");
  return 0;
}

function readOneOf<T>(r: Reader, values: readonly [T, ...T[]]): T {
  const value = values[readU8(r)];
  if (value !== undefined) return value;
  failReader(r, "invalid");
  return values[0];
}

/** Whether both say the same. */
export function areSameSettings(
  one: CircleSettings,
  other: CircleSettings,
): boolean {
  return (
    one.kind === other.kind &&
    one.posting === other.posting &&
    one.adding === other.adding &&
    one.pinning === other.pinning &&
    one.disappearing === other.disappearing
  );
}
