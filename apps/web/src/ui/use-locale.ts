import { useLingui } from "@lingui/react";

/** The reader's locale for texts of dates and numbers: `ar-u-ca-gregory-nu-arab`. */
export function useLocale(): string {
  const { i18n } = useLingui();
  const [wanted = i18n.locale] = [i18n.locales ?? i18n.locale].flat();
  return wanted;
}
