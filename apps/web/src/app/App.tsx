import { Trans, useLingui } from "@lingui/react/macro";
import {
  lazy,
  Suspense,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { Route, Router, Switch, useLocation } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { EngineContext, useAppView } from "../client/EngineContext.ts";
import { KeeperContext } from "../client/KeeperContext.ts";
import { AutoLock } from "../features/lock/AutoLock.tsx";
import { Forgotten } from "../features/lock/Forgotten.tsx";
import { Fault } from "../ui/Field.tsx";
import { LanguageSwitch, type LanguageChoice } from "../ui/LanguageSwitch.tsx";
import style from "./App.module.css";
import { activateLocale } from "./catalogues.ts";
import { Elsewhere, Failed, Opening } from "./EngineStates.tsx";
import {
  directionOf,
  LANGUAGE_NAMES,
  LOCALES,
  type Locale,
} from "./language.ts";
import { circlePath, hrefOf, PATHS } from "./paths.ts";
import type { AppPorts } from "./ports.ts";
import { ReadingChoices } from "./ReadingChoices.tsx";
import { RouteFocus } from "./RouteFocus.tsx";
import { NameFirst, NewDevice } from "./NewDevice.tsx";
import { Shell } from "./Shell.tsx";
import { PageTitle, UnreadCount } from "./UnreadCount.tsx";
import { useInviteLink } from "./use-invite-link.ts";

const DevicePage = lazy(async () => ({
  default: (await import("./DevicePage.tsx")).DevicePage,
}));
const Locked = lazy(async () => ({
  default: (await import("../features/lock/Locked.tsx")).Locked,
}));
const Join = lazy(async () => ({
  default: (await import("../features/join/Join.tsx")).Join,
}));

export function App({ ports }: { readonly ports: AppPorts }) {
  const languages = <Languages ports={ports} />;
  return (
    // oxlint-disable-next-line react/hooks -- wouter takes the hook that reads the place as a value
    <Router hook={useHashLocation}>
      <PageTitle />
      <KeeperContext value={ports.host}>
        <AutoLock />
      </KeeperContext>
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
    case "new":
      return <NewDevice ports={ports} languages={languages} />;
    case "locked":
      return (
        <Locked
          state={state}
          quickUnlock={ports.quickUnlock}
          languages={languages}
          onUnlock={host.unlock}
          onForget={host.forget}
        />
      );
    case "forgotten":
      return <Forgotten />;
    case "elsewhere":
      return <Elsewhere onTakeOver={host.takeOver} />;
    case "failed":
      return (
        <Failed because={state.because} checkHref={hrefOf(PATHS.device)} />
      );
    case "ready":
      return (
        <KeeperContext value={host}>
          <EngineContext value={state.client}>
            <Places ports={ports} languages={languages} />
          </EngineContext>
        </KeeperContext>
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
              void ports.lasting.ask();
              goToCircle(circle);
            }}
            onAlreadyIn={goToCircle}
          />
        </main>
      </Route>
      <Route>
        {view.profile === undefined ? (
          <main className={style.solo}>
            <NameFirst ports={ports} languages={languages} />
          </main>
        ) : (
          <>
            <UnreadCount view={view} />
            <Shell
              view={view}
              ports={ports}
              languages={
                <>
                  {languages}
                  <ReadingChoices remember={ports.rememberChoice} />
                </>
              }
            />
          </>
        )}
      </Route>
    </Switch>
  );
}

const choices = LOCALES.map((code): LanguageChoice<Locale> => ({
  code,
  name: LANGUAGE_NAMES[code],
  direction: directionOf(code),
}));

function Languages({ ports }: { readonly ports: AppPorts }) {
  const { t, i18n } = useLingui();
  const current = choices.find(({ code }) => code === i18n.locale)?.code;
  const [isMissing, setMissing] = useState(false);
  const choose = async (code: Locale): Promise<void> => {
    try {
      await activateLocale(code);
      ports.rememberChoice("language", code);
      setMissing(false);
    } catch {
      // Its words were never fetched, and there is no network to fetch them over.
      setMissing(true);
    }
  };
  return (
    <>
      <LanguageSwitch
        label={t`Language`}
        choices={choices}
        current={current ?? "ar"}
        onChoose={(code) => void choose(code)}
      />
      {isMissing && (
        <Fault>
          <Trans>
            The words of this language are not here yet. Choose it again when
            you are connected.
          </Trans>
        </Fault>
      )}
    </>
  );
}
