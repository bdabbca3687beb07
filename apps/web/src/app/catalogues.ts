// Loads the words of one language, and only that one, and puts the page into it (AP-4, AP-50, AP-53).

import {
  i18n,
  type MessageDescriptor,
  type MessageOptions,
  type Messages,
} from "@lingui/core";
import { isolateValues } from "./isolate-values.ts";
import {
  directionOf,
  formatsOf,
  type Locale,
  type Reading,
} from "./language.ts";

type Values = Record<string, unknown>;

const catalogues: Record<Locale, () => Promise<{ messages: Messages }>> = {
  ar: () => import("../locales/ar.po"),
  en: () => import("../locales/en.po"),
  es: () => import("../locales/es.po"),
  fr: () => import("../locales/fr.po"),
  de: () => import("../locales/de.po"),
  kmr: () => import("../locales/kmr.po"),
  ckb: () => import("../locales/ckb.po"),
};

let direction: "ltr" | "rtl" = "ltr";
let reading: Reading = { calendar: "gregory" };
isolateInEveryMessage();

/** Puts the whole page into a language: words, direction, digits, calendar. */
export async function activateLocale(
  locale: Locale,
  wanted: Reading = reading,
): Promise<void> {
  const { messages } = await catalogues[locale]();
  reading = wanted;
  direction = directionOf(locale);
  i18n.loadAndActivate({
    locale,
    locales: formatsOf(locale, reading),
    messages,
  });
  document.documentElement.lang = locale;
  document.documentElement.dir = direction;
  // The name under the icon is that of the language in which the app is installed.
  document
    .querySelector('link[rel="manifest"]')
    ?.setAttribute("href", `/manifest.${locale}.webmanifest`);
}

/** How the reader has digits and dates now; whoever shows it again listens to the language. */
export function currentReading(): Reading {
  return reading;
}

/** Components and macros all come to this one method in the end. */
function isolateInEveryMessage(): void {
  const translate = i18n._.bind(i18n);
  function own(descriptor: MessageDescriptor): string;
  function own(id: string, values?: Values, options?: MessageOptions): string;
  function own(
    message: MessageDescriptor | string,
    values?: Values,
    options?: MessageOptions,
  ): string {
    if (typeof message === "string") {
      return translate(message, isolateValues(values, direction), options);
    }
    const isolated = isolateValues(message.values, direction);
    return translate(
      isolated === undefined ? message : { ...message, values: isolated },
    );
  }
  i18n._ = own;
  i18n.t = own;
}
