// Digits that one person reads out and another types: in whatever digits the keyboard has, grouped or not.

const ZEROES = ["٠", "۰", "0"];

/** Whether the typed digits are those of the number; `no-digits` where something else was put in. */
export function compareTyped(
  typed: string,
  number: string,
): "same" | "different" | "no-digits" {
  const plain = Array.from(typed.replaceAll(/[\s.,-]/gu, ""), digitOf);
  if (plain.length === 0 || plain.includes(undefined)) return "no-digits";
  return plain.join("") === number.replaceAll(/\D/gu, "")
    ? "same"
    : "different";
}

function digitOf(sign: string): string | undefined {
  const code = sign.codePointAt(0) ?? 0;
  for (const zero of ZEROES) {
    const value = code - (zero.codePointAt(0) ?? 0);
    if (value >= 0 && value <= 9) return `${value}`;
  }
  return undefined;
}
