// Which languages there are, which are shipped, and which one a visitor gets (docs/spec/app.md, AP-4, AP-5).

export const LOCALES = ["ar", "en", "es", "fr", "de", "kmr", "ckb"] as const;
export type Locale = (typeof LOCALES)[number];

/** Only what is translated whole is offered. */
export const SHIPPED_LOCALES = ["ar", "en"] as const satisfies Locale[];
export type ShippedLocale = (typeof SHIPPED_LOCALES)[number];

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

export function directionOf(locale: Locale): "rtl" | "ltr" {
  return locale === "ar" || locale === "ckb" ? "rtl" : "ltr";
}

/** The remembered choice if there is one, else the first language of the browser that is shipped, else Arabic. */
export function chooseLocale(
  remembered: string | undefined,
  wanted: readonly string[],
): ShippedLocale {
  const candidates = [remembered ?? "", ...wanted.map(primaryLanguage)];
  return candidates.find(isShipped) ?? "ar";
}

function primaryLanguage(tag: string): string {
  return tag.split("-", 1)[0]?.toLowerCase() ?? "";
}

function isShipped(code: string): code is ShippedLocale {
  return SHIPPED_LOCALES.some((locale) => locale === code);
}
