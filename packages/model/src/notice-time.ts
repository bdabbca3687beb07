/**
 * The time of a notice (docs/spec/content.md, "Times"): wall time, zone and the instant that the author's device
 * resolved travel together, so that no fold needs zone data. Here only arithmetic is done; whether the zone exists and
 * gives this instant is for whoever has zone data to say, and a screen that has them shows a difference.
 */

import {
  encodeUtf8,
  failReader,
  readOptional,
  readU16,
  readU32,
  readU8,
  readUtf8,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import type { NoticeTime } from "./content.ts";
import { MAX_NOTICE_MINUTES, MAX_ZONE_BYTES } from "./limits.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const FIRST_YEAR = 1970;
const LAST_YEAR = 9999;
/** No zone is or was since 1970 further from UTC than 14 hours. */
const MAX_OFFSET_MINUTES = 15 * 60;

const localShape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/;
const zoneShape = /^[A-Za-z][A-Za-z0-9+_-]*(?:\/[A-Za-z0-9+_-]+){0,2}$/;

interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Whether a time keeps every rule; a time that does not cannot be sent and is not accepted. */
export function isNoticeTime(when: NoticeTime): boolean {
  const wall = parseLocal(when.local);
  return (
    wall !== undefined &&
    isZone(when.zone) &&
    Number.isSafeInteger(when.instant) &&
    when.instant % MINUTE_MS === 0 &&
    isNear(wall, when.instant / MINUTE_MS) &&
    (when.minutes === undefined || isDuration(when.minutes))
  );
}

/** The end of a meeting in minutes since 1970; one without a stated length counts as an hour. */
export function endOfNotice(when: NoticeTime): number {
  return when.instant / MINUTE_MS + (when.minutes ?? 60);
}

/** The time as the content carries it; `when` has passed `isNoticeTime`. */
export function writeNoticeTime(w: Writer, when: NoticeTime): void {
  const wall = parseLocal(when.local)!;
  writeU16(w, wall.year);
  writeU8(w, wall.month);
  writeU8(w, wall.day);
  writeU8(w, wall.hour);
  writeU8(w, wall.minute);
  writeVector(w, encodeUtf8(when.zone));
  writeU32(w, when.instant / MINUTE_MS);
  writeOptional(w, when.minutes, writeU16);
}

/** Reads a time and refuses as `invalid` one that breaks a rule. */
export function readNoticeTime(r: Reader): NoticeTime {
  const wall: WallTime = {
    year: readU16(r),
    month: readU8(r),
    day: readU8(r),
    hour: readU8(r),
    minute: readU8(r),
  };
  const zone = readUtf8(r, MAX_ZONE_BYTES);
  const instant = readU32(r);
  const minutes = readOptional(r, readU16);
  const when: NoticeTime = {
    local: formatLocal(wall),
    zone,
    instant: instant * MINUTE_MS,
    ...(minutes === undefined ? {} : { minutes }),
  };
  if (!isNoticeTime(when)) failReader(r, "invalid");
  return when;
}

function isZone(zone: string): boolean {
  return zone.length <= MAX_ZONE_BYTES && zoneShape.test(zone);
}

function isDuration(minutes: number): boolean {
  return (
    Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_NOTICE_MINUTES
  );
}

/** An instant that no offset could bring to this wall time is a trap for whoever reads only one of the two. */
function isNear(wall: WallTime, instantMinutes: number): boolean {
  return (
    instantMinutes >= 0 &&
    Math.abs(minutesAsUtc(wall) - instantMinutes) <= MAX_OFFSET_MINUTES
  );
}

function parseLocal(local: string): WallTime | undefined {
  const found = localShape.exec(local);
  if (found === null) return undefined;
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  const wall: WallTime = {
    year: year!,
    month: month!,
    day: day!,
    hour: hour!,
    minute: minute!,
  };
  return isWallTime(wall) ? wall : undefined;
}

function formatLocal(wall: WallTime): string {
  return (
    `${pad(wall.year, 4)}-${pad(wall.month, 2)}-${pad(wall.day, 2)}` +
    `T${pad(wall.hour, 2)}:${pad(wall.minute, 2)}`
  );
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, "0");
}

function isWallTime({ year, month, day, hour, minute }: WallTime): boolean {
  return (
    year >= FIRST_YEAR &&
    year <= LAST_YEAR &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    hour <= 23 &&
    minute <= 59
  );
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Leap days up to the end of a year, from one fixed day on. */
function leapDaysTo(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const DAYS_BEFORE_MONTH = [
  0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334,
];

/** Minutes since 1970 if the wall time were that of UTC. */
function minutesAsUtc(wall: WallTime): number {
  const { year, month } = wall;
  const days =
    (year - FIRST_YEAR) * 365 +
    leapDaysTo(year - 1) -
    leapDaysTo(FIRST_YEAR - 1) +
    DAYS_BEFORE_MONTH[month - 1]! +
    (isLeap(year) && month > 2 ? 1 : 0) +
    wall.day -
    1;
  return days * DAY_MINUTES + wall.hour * 60 + wall.minute;
}
