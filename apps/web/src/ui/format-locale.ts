// A reader's locale taken apart: language, digits and calendar, as in `ckb-u-ca-persian-nu-arab`.

import type { Kurdish } from "./format-kurdish.ts";

interface ReaderLocale {
  readonly language: string;
  readonly digits: string;
  readonly calendar: string;
  /** Where browsers have no tables and our own are used. */
  readonly kurdish: Kurdish | undefined;
}

const ZEROS: Readonly<Record<string, number>> = {
  arab: 0x0660,
  arabext: 0x06f0,
};
const kept = new Map<string, ReaderLocale>();

export function readLocale(locale: string): ReaderLocale {
  const known = kept.get(locale);
  if (known !== undefined) return known;
  const [language = "", extension = ""] = locale.split("-u-", 2);
  const made = {
    language,
    digits: /\bnu-(\w+)/u.exec(extension)?.[1] ?? "latn",
    calendar: /\bca-([\w-]+?)(?=-nu-|$)/u.exec(extension)?.[1] ?? "gregory",
    kurdish: language === "kmr" || language === "ckb" ? language : undefined,
  } as const;
  kept.set(locale, made);
  return made;
}

/** The Latin digits of a text as those of another script. */
export function writeDigits(text: string, digits: string): string {
  const zero = ZEROS[digits];
  if (zero === undefined) return text;
  return text.replaceAll(/\d/gu, (digit) =>
    String.fromCodePoint(zero + Number(digit)),
  );
}
