import { useLingui } from "@lingui/react/macro";
import {
  lazy,
  Suspense,
  useEffect,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { Route, Router, Switch, useLocation } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { EngineContext, useAppView } from "../client/EngineContext.ts";
import { FirstRun } from "../features/first-run/FirstRun.tsx";
import { LanguageSwitch, type LanguageChoice } from "../ui/LanguageSwitch.tsx";
import style from "./App.module.css";
import { activateLocale } from "./catalogues.ts";
import { Elsewhere, Failed, Opening } from "./EngineStates.tsx";
import {
  directionOf,
  LANGUAGE_NAMES,
  SHIPPED_LOCALES,
  type ShippedLocale,
} from "./language.ts";
import { circlePath, hrefOf, PATHS } from "./paths.ts";
import type { AppPorts } from "./ports.ts";
import { RouteFocus } from "./RouteFocus.tsx";
import { Shell } from "./Shell.tsx";

const DevicePage = lazy(async () => ({
  default: (await import("./DevicePage.tsx")).DevicePage,
}));
const Join = lazy(async () => ({
  default: (await import("../features/join/Join.tsx")).Join,
}));

export function App({ ports }: { readonly ports: AppPorts }) {
  const { t } = useLingui();
  // Never a name: titles stay in histories and on lists of windows.
  const title = t`Halqa`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const languages = <Languages ports={ports} />;
  return (
    // oxlint-disable-next-line react/hooks -- wouter takes the hook that reads the place as a value
    <Router hook={useHashLocation}>
      <Suspense fallback={<Opening />}>
        <Switch>
          <Route path={PATHS.device}>
            <DevicePage probe={ports.probe} languages={languages} />
          </Route>
          <Route>
            <WithEngine ports={ports} languages={languages} />
          </Route>
        </Switch>
        <RouteFocus />
      </Suspense>
    </Router>
  );
}

interface WithEngineProps {
  readonly ports: AppPorts;
  readonly languages: ReactNode;
}

function WithEngine({ ports, languages }: WithEngineProps) {
  const { host } = ports;
  const state = useSyncExternalStore(host.subscribe, host.current);
  switch (state.kind) {
    case "starting":
      return <Opening />;
    case "elsewhere":
      return <Elsewhere onTakeOver={host.takeOver} />;
    case "failed":
      return (
        <Failed because={state.because} checkHref={hrefOf(PATHS.device)} />
      );
    case "ready":
      return (
        <EngineContext value={state.client}>
          <Places ports={ports} languages={languages} />
        </EngineContext>
      );
  }
}

function Places({ ports, languages }: WithEngineProps) {
  const view = useAppView();
  const [, navigate] = useLocation();
  const link = useInviteLink(ports);
  if (view === undefined) return <Opening />;
  const goToCircle = (circle: string): void => {
    ports.invite.set(undefined);
    navigate(circlePath(circle), { replace: true });
  };
  return (
    <Switch>
      <Route path={PATHS.join}>
        <main className={style.solo}>
          <Join
            link={link}
            profileName={view.profile?.name}
            homeHref={hrefOf(PATHS.home)}
            onLink={ports.invite.set}
            onAsked={(circle) => {
              ports.askToKeep();
              goToCircle(circle);
            }}
            onAlreadyIn={goToCircle}
          />
        </main>
      </Route>
      <Route>
        {view.profile === undefined ? (
          <main className={style.solo}>
            <FirstRun
              languages={languages}
              checkHref={hrefOf(PATHS.device)}
              onNamed={ports.askToKeep}
            />
          </main>
        ) : (
          <Shell view={view} ports={ports} languages={languages} />
        )}
      </Route>
    </Switch>
  );
}

/** The invite's link, and the join page as soon as there is one. */
function useInviteLink({ invite }: AppPorts): string | undefined {
  const link = useSyncExternalStore(invite.subscribe, invite.current);
  const [, navigate] = useLocation();
  useEffect(() => {
    if (link !== undefined) navigate(PATHS.join, { replace: true });
  }, [link, navigate]);
  return link;
}

const choices = SHIPPED_LOCALES.map((code): LanguageChoice<ShippedLocale> => ({
  code,
  name: LANGUAGE_NAMES[code],
  direction: directionOf(code),
}));

function Languages({ ports }: { readonly ports: AppPorts }) {
  const { t, i18n } = useLingui();
  const current = choices.find(({ code }) => code === i18n.locale)?.code;
  const choose = async (code: ShippedLocale): Promise<void> => {
    await activateLocale(code);
    ports.rememberLanguage(code);
  };
  return (
    <LanguageSwitch
      label={t`Language`}
      choices={choices}
      current={current ?? "ar"}
      onChoose={(code) => void choose(code)}
    />
  );
}
