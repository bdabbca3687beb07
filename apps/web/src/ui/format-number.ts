// Numbers and lists of names in the reader's words and digits; `locale` as in format-time.ts.

import { kurdishList } from "./format-kurdish.ts";
import { readLocale } from "./format-locale.ts";

// What each value of a list begins and ends with: names keep their own direction.
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

export function formatNumber(value: number, locale: string): string {
  return formatWith(value, locale, {});
}

/** `A, B and C`; each keeps its own direction. */
export function formatList(items: readonly string[], locale: string): string {
  const isolated = items.map(
    (item) => `${FIRST_STRONG_ISOLATE}${item}${POP_ISOLATE}`,
  );
  const { kurdish } = readLocale(locale);
  return kurdish
    ? kurdishList(kurdish, isolated)
    : new Intl.ListFormat(locale).format(isolated);
}

/** The same with a form of its own. */
export function formatWith(
  value: number,
  locale: string,
  form: Intl.NumberFormatOptions,
): string {
  const { kurdish, digits } = readLocale(locale);
  if (kurdish === undefined) {
    return new Intl.NumberFormat(locale, form).format(value);
  }
  // As near as browsers have it: Kurmanji writes numbers as Turkish does, Sorani as Arabic.
  const near = kurdish === "kmr" ? "tr" : "ar";
  return new Intl.NumberFormat(`${near}-u-nu-${digits}`, form).format(value);
}
