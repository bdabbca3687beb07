// Finds a moment in what a relay left behind, in every form in which programs write one.

import type { StoredRow } from "./disk.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JULIAN_OF_1970 = 2_440_587.5;

/** How a clock's value may be written: a number for each millisecond since its start. */
const UNITS: readonly (readonly [string, number])[] = [
  ["hours", 1 / HOUR],
  ["minutes", 1 / MINUTE],
  ["tens of seconds", 1 / 10_000],
  ["seconds", 1 / 1_000],
  ["milliseconds", 1],
  ["microseconds", 1e3],
  ["nanoseconds", 1e6],
];

export interface Moment {
  readonly name: string;
  /** Milliseconds of this clock. */
  readonly at: number;
  /** A clock that began a while ago has small values, which mean nothing by themselves. */
  readonly isUptime?: boolean;
}

/** Numbers, texts and unknown bytes of rows that are within an hour of a moment. */
export function momentsInRows(
  rows: readonly StoredRow[],
  moments: readonly Moment[],
): readonly string[] {
  return rows.flatMap(({ table, values }) =>
    Object.entries(values).flatMap(([column, value]) =>
      valueMoments(value, moments).map((form) => `${table}.${column}: ${form}`),
    ),
  );
}

function valueMoments(
  value: StoredRow["values"][string] | undefined,
  moments: readonly Moment[],
): readonly string[] {
  if (typeof value === "bigint" || typeof value === "number") {
    return numberMoments(Number(value), moments);
  }
  if (typeof value === "string") {
    return momentsInText(Buffer.from(value), moments);
  }
  return [];
}

function numberMoments(
  value: number,
  moments: readonly Moment[],
): readonly string[] {
  return moments.flatMap((moment) => {
    const forms = UNITS.filter(([, factor]) => isNear(value, moment, factor));
    const julian = moment.at / DAY + JULIAN_OF_1970;
    const isJulian =
      moment.isUptime !== true &&
      !Number.isInteger(value) &&
      Math.abs(value - julian) <= 1 / 24;
    return [
      ...forms.map(([unit]) => `${moment.name} in ${unit}`),
      ...(isJulian ? [`${moment.name} as a Julian day`] : []),
    ];
  });
}

function isNear(value: number, moment: Moment, factor: number): boolean {
  // Seconds and less of an uptime are small numbers like any other.
  if (moment.isUptime === true && factor < 1) return false;
  return Math.abs(value - moment.at * factor) <= Math.max(HOUR * factor, 1);
}

/** Runs of eight octets, in both orders, that are within an hour of a moment as an integer or as a double. */
export function momentsInBytes(
  bytes: Uint8Array,
  moments: readonly Moment[],
): readonly string[] {
  const found = new Set<string>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const windows = moments.flatMap(windowsOf);
  for (let at = 0; at + 8 <= bytes.length; at++) {
    for (const isLittle of [true, false]) {
      const integer = Number(view.getBigUint64(at, isLittle));
      const double = view.getFloat64(at, isLittle);
      for (const { name, from, to, isDouble } of windows) {
        const value = isDouble ? double : integer;
        if (value >= from && value <= to) found.add(name);
      }
    }
  }
  return [...found];
}

interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isDouble: boolean;
}

// Milliseconds and finer as integers, for the same reason.
function windowsOf({ name, at, isUptime }: Moment): readonly Window[] {
  const around = (unit: string, factor: number, isDouble: boolean): Window => {
    // An hour of nanoseconds is so many numbers that noise has some of them.
    const width = factor === 1e6 ? MINUTE : HOUR;
    return {
      name: `${name} in ${unit}, ${isDouble ? "a double" : "an integer"}`,
      from: (at - width) * factor,
      to: (at + width) * factor,
      isDouble,
    };
  };
  // Eight octets with a small number in them are in every file.
  if (isUptime === true) return [];
  const julian = at / DAY + JULIAN_OF_1970;
  return [
    ...UNITS.flatMap(([unit, factor]) => [
      ...(factor >= 1 ? [around(unit, factor, false)] : []),
      ...(factor >= 1e-3 ? [around(unit, factor, true)] : []),
    ]),
    {
      name: `${name} as a Julian day`,
      from: julian - 1 / 24,
      to: julian + 1 / 24,
      isDouble: true,
    },
  ];
}

/** Dates with an hour, and numbers in decimal, that are within an hour of a moment. */
export function momentsInText(
  bytes: Uint8Array,
  moments: readonly Moment[],
): readonly string[] {
  const text = Buffer.from(bytes).toString("latin1");
  const found = new Set<string>();
  for (const moment of moments) {
    if (moment.isUptime === true) continue;
    for (const written of datesOf(moment.at)) {
      if (text.includes(written)) found.add(`${moment.name} as ${written}`);
    }
  }
  for (const [digits] of text.matchAll(/\d{9,19}(\.\d+)?/g)) {
    for (const form of numberMoments(Number(digits), moments)) {
      found.add(`${form}, in decimal`);
    }
  }
  return [...found];
}

function datesOf(at: number): readonly string[] {
  return [-HOUR, 0, HOUR].flatMap((shift) => {
    const date = new Date(at + shift);
    const iso = date.toISOString();
    const [day, hour] = [iso.slice(0, 10), iso.slice(11, 13)];
    return [
      `${day}T${hour}`,
      `${day} ${hour}`,
      `${day.replaceAll("-", "")}T${hour}`,
      `${day.replaceAll("-", "")}${hour}`,
      `${day.replaceAll("-", "/")} ${hour}`,
      date.toUTCString().slice(5, 19),
      date.toString().slice(4, 18),
    ];
  });
}
