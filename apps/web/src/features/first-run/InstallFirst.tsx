import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "../../ui/Button.tsx";
import { HeroPage } from "../../ui/Page.tsx";
import { Emblem } from "../../ui/Ring.tsx";
import { InstallSteps } from "../../ui/InstallSteps.tsx";
import style from "./FirstRun.module.css";

interface InstallFirstProps {
  /** A window inside of another app. */
  readonly isInside: boolean;
  readonly languages: ReactNode;
  readonly onSkip: () => void;
}

/** On an iPhone or iPad, before any key is made: what is made in the browser does not move to the home screen. */
export function InstallFirst({
  isInside,
  languages,
  onSkip,
}: InstallFirstProps) {
  return (
    <main className={style.solo}>
      <HeroPage
        corner={languages}
        footer={
          <Button look="quiet" onPress={onSkip}>
            <Trans>Go on in the browser all the same</Trans>
          </Button>
        }
      >
        <Emblem />
        <h1 tabIndex={-1}>
          {isInside ? (
            <Trans>First open Halqa in your browser</Trans>
          ) : (
            <Trans>First put Halqa on your home screen</Trans>
          )}
        </h1>
        <p>
          {isInside ? (
            <Trans>
              This window belongs to another app. What you begin in here may be
              gone when it closes, and does not move along later.
            </Trans>
          ) : (
            <Trans>
              In the browser, iPhones and iPads may delete everything after a
              week without a visit, and what you begin here does not move along
              later.
            </Trans>
          )}
        </p>
        <InstallSteps isInside={isInside} />
      </HeroPage>
    </main>
  );
}
