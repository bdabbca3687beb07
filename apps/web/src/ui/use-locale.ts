import { useLingui } from "@lingui/react";

/** The reader's locale for Intl, digits included: `ar-u-nu-arab`. */
export function useLocale(): string {
  const { i18n } = useLingui();
  return i18n.locales?.toString() ?? i18n.locale;
}
