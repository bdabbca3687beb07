// Which languages there are, which one a visitor gets, and how its reader likes digits and dates (docs/spec/app.md,
// AP-4, AP-5, AP-50).

/** Each is whole: a message without its words fails the tests. Arabic first, as in the picker. */
export const LOCALES = ["ar", "en", "es", "fr", "de", "kmr", "ckb"] as const;
export type Locale = (typeof LOCALES)[number];

/** Each language's name in that language. */
export const LANGUAGE_NAMES: Record<Locale, string> = {
  ar: "العربية",
  en: "English",
  es: "Español",
  fr: "Français",
  de: "Deutsch",
  kmr: "Kurdî",
  ckb: "کوردی",
};

const DIGITS = ["latn", "arab", "arabext"] as const;
export type Digits = (typeof DIGITS)[number];

const CALENDARS = ["gregory", "persian", "islamic-umalqura"] as const;
export type Calendar = (typeof CALENDARS)[number];

/** What a reader chose beside the language; without digits those of the language are shown. */
export interface Reading {
  readonly digits?: Digits | undefined;
  readonly calendar: Calendar;
}

export function directionOf(locale: Locale): "rtl" | "ltr" {
  return locale === "ar" || locale === "ckb" ? "rtl" : "ltr";
}

/** The remembered choice if there is one, else the first language of the browser that is offered, else Arabic. */
export function chooseLocale(
  remembered: string | undefined,
  wanted: readonly string[],
): Locale {
  const candidates = [remembered ?? "", ...wanted.map(primaryLanguage)];
  return candidates.find((code) => isOneOf(LOCALES, code)) ?? "ar";
}

/** What was remembered of digits and calendar, where it is something that is offered. */
export function chooseReading(
  digits: string | undefined,
  calendar: string | undefined,
): Reading {
  return {
    digits: isOneOf(DIGITS, digits) ? digits : undefined,
    calendar: isOneOf(CALENDARS, calendar) ? calendar : "gregory",
  };
}

/**
 * The locales for formatting, the reader's first: `ar-u-ca-gregory-nu-arab`. Chromium counts no numbers in Kurdish and
 * would take the browser's own language without a word; the second one writes them alike.
 */
export function formatsOf(locale: Locale, reading: Reading): string[] {
  const digits =
    reading.digits ?? (directionOf(locale) === "rtl" ? "arab" : "latn");
  const wanted = `${locale}-u-ca-${reading.calendar}-nu-${digits}`;
  if (locale === "kmr") return [wanted, `tr-u-nu-${digits}`];
  if (locale === "ckb") return [wanted, `ar-u-nu-${digits}`];
  return [wanted];
}

function primaryLanguage(tag: string): string {
  const [language = "", second = ""] = tag.toLowerCase().split("-");
  if (language !== "ku") return language;
  // The code for all of Kurdish: its script tells which one is meant.
  return ["arab", "iq", "ir"].includes(second) ? "ckb" : "kmr";
}

function isOneOf<Code extends string>(
  codes: readonly Code[],
  code: string | undefined,
): code is Code {
  return codes.some((one) => one === code);
}
