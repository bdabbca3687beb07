import type { AppView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { CircleDashed, UserRound } from "lucide-react";
import { lazy, Suspense, useSyncExternalStore, type ReactNode } from "react";
import { Route, Switch, useLocation, useRoute } from "wouter";
import { Circles } from "../features/circles/Circles.tsx";
import { Emblem } from "../ui/Ring.tsx";
import { Tabs } from "../ui/Tabs.tsx";
import { useMedia } from "../ui/use-media.ts";
import style from "./App.module.css";
import { CirclePlace } from "./CirclePlace.tsx";
import { InstallOffer } from "./InstallOffer.tsx";
import { circlePath, hrefOf, PATHS } from "./paths.ts";
import type { AppPorts } from "./ports.ts";
import { OfflineBar, UpdateBar } from "./TopBars.tsx";
import { useAfterFirst } from "./use-after-first.ts";

const Me = lazy(async () => ({
  default: (await import("../features/me/Me.tsx")).Me,
}));
const Linking = lazy(async () => ({
  default: (await import("../features/linking/Linking.tsx")).Linking,
}));
const YourData = lazy(async () => ({
  default: (await import("../features/your-data/YourData.tsx")).YourData,
}));
const Guide = lazy(async () => ({
  default: (await import("../features/guide/Guide.tsx")).Guide,
}));
const SharePlace = lazy(async () => ({
  default: (await import("./SharePlace.tsx")).SharePlace,
}));
const Kit = lazy(async () => ({
  default: (await import("../features/your-data/Kit.tsx")).Kit,
}));
const Reminder = lazy(async () => ({
  default: (await import("../features/your-data/Reminder.tsx")).Reminder,
}));

interface ShellProps {
  readonly view: AppView;
  readonly ports: AppPorts;
  readonly languages: ReactNode;
}

/** The app once there is a person: one pane on a phone, the circles beside the rest where there is room. */
export function Shell({ view, ports, languages }: ShellProps) {
  const isWide = useMedia("(width >= 56em)");
  const [location] = useLocation();
  const isPlace = location === PATHS.home || location === PATHS.me;
  const isTime = useAfterFirst(view.circles.length);
  const { t } = useLingui();
  return (
    <div className={style.shell}>
      <div>
        <OfflineBar relays={view.relays} />
        <UpdateBar update={ports.update} />
        {isPlace && <InstallOffer view={view} installing={ports.installing} />}
        <Suspense>
          <Reminder
            isShown={isPlace}
            isTime={isTime}
            view={view}
            dataHref={hrefOf(PATHS.data)}
            kitHref={hrefOf(PATHS.kit)}
          />
        </Suspense>
      </div>
      <div className={style.panes}>
        {isWide && (
          <div className={style.side}>
            <aside aria-label={t`My circles`}>
              <CircleList view={view} pane="side" />
            </aside>
            <Places />
          </div>
        )}
        <main className={style.main}>
          <Suspense>
            <Switch>
              <Route path={PATHS.home}>
                {isWide ? (
                  <NothingOpen view={view} />
                ) : (
                  <CircleList view={view} pane="main" />
                )}
              </Route>
              <Route path={PATHS.me}>
                <MePlace view={view} ports={ports} languages={languages} />
              </Route>
              <Route path={PATHS.data}>
                <YourData
                  view={view}
                  back={{ href: hrefOf(PATHS.me), label: t`Back` }}
                  kitHref={hrefOf(PATHS.kit)}
                  lasting={ports.lasting}
                  quickUnlock={ports.quickUnlock}
                />
              </Route>
              <Route path={PATHS.share}>
                <SharePlace view={view} shared={ports.shared} />
              </Route>
              <Route path={PATHS.guide}>
                <Guide back={{ href: hrefOf(PATHS.me), label: t`Back` }} />
              </Route>
              <Route path={PATHS.kit}>
                <Kit back={{ href: hrefOf(PATHS.data), label: t`Back` }} />
              </Route>
              <Route path={PATHS.linking}>
                <Linking
                  view={view}
                  back={{ href: hrefOf(PATHS.me), label: t`Back` }}
                  homeHref={hrefOf(PATHS.home)}
                />
              </Route>
              <Route path={`${PATHS.circle}/*?`}>
                {({ circle }) => (
                  <CirclePlace circle={circle} view={view} isWide={isWide} />
                )}
              </Route>
              <Route>
                <NothingOpen view={view} />
              </Route>
            </Switch>
          </Suspense>
        </main>
      </div>
      {!isWide && isPlace && <Places />}
    </div>
  );
}

function Places() {
  const { t } = useLingui();
  const [location] = useLocation();
  return (
    <Tabs
      label={t`Places`}
      tabs={[
        {
          href: hrefOf(PATHS.home),
          label: t`Circles`,
          sign: <CircleDashed aria-hidden="true" />,
          isCurrent: !location.startsWith(PATHS.me),
        },
        {
          href: hrefOf(PATHS.me),
          label: t`Me`,
          sign: <UserRound aria-hidden="true" />,
          isCurrent: location.startsWith(PATHS.me),
        },
      ]}
    />
  );
}

interface CircleListProps {
  readonly view: AppView;
  readonly pane: "main" | "side";
}

function CircleList({ view, pane }: CircleListProps) {
  const [, navigate] = useLocation();
  const [, params] = useRoute(`${PATHS.circle}/*?`);
  return (
    <Circles
      view={view}
      pane={pane}
      current={params?.circle}
      hrefOf={(circle) => hrefOf(circlePath(circle))}
      joinHref={hrefOf(PATHS.join)}
      onFounded={(circle) => navigate(circlePath(circle))}
    />
  );
}

function MePlace({ view, ports, languages }: ShellProps) {
  const install = useSyncExternalStore(
    ports.installing.offer.subscribe,
    ports.installing.offer.current,
  );
  return (
    <Me
      view={view}
      languages={languages}
      checkHref={hrefOf(PATHS.device)}
      linkingHref={hrefOf(PATHS.linking)}
      dataHref={hrefOf(PATHS.data)}
      guideHref={hrefOf(PATHS.guide)}
      onInstall={install}
      installPlace={ports.installing.place}
    />
  );
}

/** Beside the list, before a circle is chosen. */
function NothingOpen({ view }: { readonly view: AppView }) {
  return (
    <div className={style.nothing}>
      <Emblem />
      <h1 tabIndex={-1}>
        {view.circles.length === 0 ? (
          <Trans>Here your circles will meet</Trans>
        ) : (
          <Trans>Choose a circle</Trans>
        )}
      </h1>
      <p>
        <Trans>Only the members of a circle can read what is said in it.</Trans>
      </p>
    </div>
  );
}
