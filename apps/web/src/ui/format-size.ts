// Sizes as people know them, in the digits and words of their language.

import { KURDISH } from "./format-kurdish.ts";
import { readLocale } from "./format-locale.ts";
import { formatWith } from "./format-number.ts";

const UNITS = [
  ["gigabyte", 1_000_000_000],
  ["megabyte", 1_000_000],
  ["kilobyte", 1_000],
] as const;

/** A size in the largest unit that leaves it at one or more. */
export function formatSize(bytes: number, locale: string): string {
  const size = Math.max(0, bytes);
  const [unit, one] = UNITS.find(([, least]) => size >= least) ?? UNITS[2];
  const value = size / one;
  const { kurdish, language } = readLocale(locale);
  const form = { maximumFractionDigits: value < 10 ? 1 : 0 };
  if (kurdish) {
    return `${formatWith(value, locale, form)} ${KURDISH[kurdish].units[unit] ?? unit}`;
  }
  return formatWith(value, locale, {
    ...form,
    style: "unit",
    unit,
    // Latin letters have short names that everyone knows; Arabic ones do not.
    unitDisplay: language === "ar" ? "long" : "short",
  });
}
