import type { AppView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { lazy } from "react";
import { Route, Switch, useLocation } from "wouter";
import { useCircleView } from "../client/EngineContext.ts";
import { loadChat } from "./load-chat.ts";
import { LinkButton } from "../ui/Button.tsx";
import { Emblem } from "../ui/Ring.tsx";
import style from "./App.module.css";
import { circlePath, hrefOf, PATHS } from "./paths.ts";

const Chat = lazy(loadChat);
const Members = lazy(async () => ({
  default: (await import("../features/members/Members.tsx")).Members,
}));
const Invite = lazy(async () => ({
  default: (await import("../features/invite/Invite.tsx")).Invite,
}));
const InviteSheet = lazy(async () => ({
  default: (await import("../features/invite/InviteSheet.tsx")).InviteSheet,
}));
const CircleSettings = lazy(async () => ({
  default: (await import("../features/circle-settings/CircleSettings.tsx"))
    .CircleSettings,
}));

interface CirclePlaceProps {
  readonly circle: string;
  readonly view: AppView;
  readonly isWide: boolean;
}

/** The pages of one circle. */
export function CirclePlace({ circle, view, isWide }: CirclePlaceProps) {
  const { t } = useLingui();
  const [, navigate] = useLocation();
  const own = useCircleView(circle);
  if (own === undefined) {
    const isHere = view.circles.some((summary) => summary.circle === circle);
    return isHere ? null : <NoSuchCircle />;
  }
  const chatHref = hrefOf(circlePath(circle));
  const back = { href: chatHref, label: t`Back` };
  const appUrl = `${location.origin}${location.pathname}`;
  const toMembers = { href: `${chatHref}/members`, label: t`Back` };
  return (
    <Switch>
      <Route path={PATHS.members}>
        <Members
          view={own}
          back={back}
          inviteHref={`${chatHref}/invite`}
          settingsHref={`${chatHref}/settings`}
        />
      </Route>
      <Route path={PATHS.settings}>
        <CircleSettings view={own} back={toMembers} />
      </Route>
      <Route path={PATHS.invite}>
        <Invite
          view={own}
          back={toMembers}
          appUrl={appUrl}
          sheetHref={(invite) => `${chatHref}/invite/${invite}`}
        />
      </Route>
      <Route path={PATHS.sheet}>
        {({ invite }) => (
          <InviteSheet
            view={own}
            invite={invite}
            back={{ href: `${chatHref}/invite`, label: t`Back` }}
            appUrl={appUrl}
          />
        )}
      </Route>
      <Route>
        <Chat
          key={circle}
          view={own}
          back={
            isWide ? undefined : { href: hrefOf(PATHS.home), label: t`Back` }
          }
          membersHref={`${chatHref}/members`}
          inviteHref={`${chatHref}/invite`}
          settingsHref={`${chatHref}/settings`}
          joinHref={hrefOf(PATHS.join)}
          onForgotten={() => navigate(PATHS.home, { replace: true })}
        />
      </Route>
    </Switch>
  );
}

function NoSuchCircle() {
  return (
    <div className={style.nothing}>
      <Emblem />
      <h1 tabIndex={-1}>
        <Trans>This circle is not on this device</Trans>
      </h1>
      <p>
        <Trans>
          Perhaps it was deleted here, or you are in another browser.
        </Trans>
      </p>
      <div className={style.act}>
        <LinkButton href={hrefOf(PATHS.home)}>
          <Trans>To my circles</Trans>
        </LinkButton>
      </div>
    </div>
  );
}
