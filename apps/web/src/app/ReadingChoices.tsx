// How numbers and dates are written on this device, whatever the language (docs/spec/app.md, AP-50).

import { Trans, useLingui } from "@lingui/react/macro";
import { formatDate } from "../ui/format-time.ts";
import { Choice } from "../ui/Field.tsx";
import { useLocale } from "../ui/use-locale.ts";
import { useNow } from "../ui/use-now.ts";
import { activateLocale, currentReading } from "./catalogues.ts";
import {
  chooseLocale,
  chooseReading,
  type Calendar,
  type Digits,
} from "./language.ts";

interface ReadingChoicesProps {
  readonly remember: (
    choice: "digits" | "calendar",
    code: string | undefined,
  ) => void;
}

export function ReadingChoices({ remember }: ReadingChoicesProps) {
  const { t, i18n } = useLingui();
  const locale = useLocale();
  const now = useNow();
  const { digits, calendar } = currentReading();
  const language = chooseLocale(i18n.locale, []);

  const chooseDigits = async (code: Digits | "language"): Promise<void> => {
    const wanted = chooseReading(code, calendar);
    await activateLocale(language, wanted);
    remember("digits", wanted.digits);
  };
  const chooseCalendar = async (code: Calendar): Promise<void> => {
    await activateLocale(language, { digits, calendar: code });
    remember("calendar", code);
  };
  const today = formatDate(now, { locale });
  return (
    <>
      <Choice<Digits | "language">
        label={t`Digits`}
        value={digits ?? "language"}
        options={[
          { value: "language", label: t`As in the language` },
          { value: "latn", label: <bdi>123</bdi> },
          { value: "arab", label: <bdi>١٢٣</bdi> },
          { value: "arabext", label: <bdi>۴۵۶</bdi> },
        ]}
        onChoose={(code) => void chooseDigits(code)}
      />
      <Choice<Calendar>
        label={t`Calendar`}
        hint={<Trans>Today is {today}.</Trans>}
        value={calendar}
        options={[
          { value: "gregory", label: t`Gregorian` },
          { value: "persian", label: t`Iranian` },
          { value: "islamic-umalqura", label: t`Hijri` },
        ]}
        onChoose={(code) => void chooseCalendar(code)}
      />
    </>
  );
}
