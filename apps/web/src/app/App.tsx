import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { DeviceCheck } from "../features/device-check/DeviceCheck.tsx";
import { rememberLanguage } from "../platform/language-memory.ts";
import { probeDevice } from "../platform/probe-device.ts";
import { LanguageSwitch, type LanguageChoice } from "../ui/LanguageSwitch.tsx";
import { Emblem } from "../ui/Ring.tsx";
import style from "./App.module.css";
import { activateLocale } from "./catalogues.ts";
import {
  directionOf,
  LANGUAGE_NAMES,
  SHIPPED_LOCALES,
  type ShippedLocale,
} from "./language.ts";

const choices = SHIPPED_LOCALES.map((code): LanguageChoice<ShippedLocale> => ({
  code,
  name: LANGUAGE_NAMES[code],
  direction: directionOf(code),
}));

interface AppProps {
  readonly locale: ShippedLocale;
}

export function App({ locale: initial }: AppProps) {
  const [locale, setLocale] = useState(initial);
  const { t } = useLingui();
  const title = t`Halqa`;

  useEffect(() => {
    document.title = title;
  }, [title]);

  const choose = async (code: ShippedLocale): Promise<void> => {
    await activateLocale(code);
    rememberLanguage(code);
    setLocale(code);
  };
  return (
    <div className={style.page}>
      <header className={style.bar}>
        <LanguageSwitch
          label={t`Language`}
          choices={choices}
          current={locale}
          onChoose={(code) => void choose(code)}
        />
      </header>
      <main className={style.main}>
        <Welcome />
        <DeviceCheck probe={probeDevice} />
      </main>
    </div>
  );
}

function Welcome() {
  return (
    <div className={style.welcome}>
      <Emblem />
      <h1 className={style.name}>
        <Trans>Halqa</Trans>
      </h1>
      <p className={style.tagline}>
        <Trans>A messenger for people who organise together.</Trans>
      </p>
      <p className={style.about}>
        <Trans>
          For unions, tenants, neighbours and mutual aid: for people who need to
          talk among themselves.
        </Trans>
      </p>
      <div className={style.honest}>
        <p>
          <strong>
            <Trans>There are no circles yet.</Trans>
          </strong>{" "}
          <Trans>
            In this version you cannot write to anyone. This page does one
            thing: it checks whether your browser can run Halqa.
          </Trans>
        </p>
      </div>
    </div>
  );
}
