// Loads the words of one language, and only that one, and puts the page into it (AP-4).

import { i18n, type Messages } from "@lingui/core";
import { directionOf, type ShippedLocale } from "./language.ts";

const catalogues: Record<ShippedLocale, () => Promise<{ messages: Messages }>> =
  {
    ar: () => import("../locales/ar.po"),
    en: () => import("../locales/en.po"),
  };

// Numbers in the digits of the reader: `ar` alone gives Latin digits in Chromium.
const FORMATS: Record<ShippedLocale, string> = {
  ar: "ar-u-nu-arab",
  en: "en-u-nu-latn",
};

/** Puts the whole page into a language: words, direction, digits. */
export async function activateLocale(locale: ShippedLocale): Promise<void> {
  const { messages } = await catalogues[locale]();
  i18n.loadAndActivate({ locale, locales: FORMATS[locale], messages });
  document.documentElement.lang = locale;
  document.documentElement.dir = directionOf(locale);
  // The name under the icon is that of the language in which the app is installed.
  document
    .querySelector('link[rel="manifest"]')
    ?.setAttribute("href", `/manifest.${locale}.webmanifest`);
}
