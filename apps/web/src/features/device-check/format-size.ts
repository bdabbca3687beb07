// Sizes as people know them, in the digits and words of their language.

const UNITS = [
  ["gigabyte", 1_000_000_000],
  ["megabyte", 1_000_000],
  ["kilobyte", 1_000],
] as const;

/** A size in the largest unit that leaves it at one or more; `locale` may carry digits, as in `ar-u-nu-arab`. */
export function formatSize(bytes: number, locale: string): string {
  const size = Math.max(0, bytes);
  const [unit, one] = UNITS.find(([, least]) => size >= least) ?? UNITS[2];
  const value = size / one;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    // Latin letters have short names that everyone knows; Arabic ones do not.
    unitDisplay: locale.startsWith("ar") ? "long" : "short",
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}
