import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import type { EngineFault } from "../client/engine-host.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import { HeroPage } from "../ui/Page.tsx";
import { Emblem } from "../ui/Ring.tsx";
import style from "./App.module.css";

/** While the circles are being opened. */
export function Opening() {
  return (
    <main className={style.solo}>
      <HeroPage>
        <Emblem isWaiting />
        <h1 tabIndex={-1}>
          <Trans>Halqa</Trans>
        </h1>
        <p role="status">
          <Trans>Opening …</Trans>
        </p>
      </HeroPage>
    </main>
  );
}

/** The other window ends what it was writing within two seconds; one that sleeps does not answer at all. */
const ANSWER_MS = 5_000;

interface ElsewhereProps {
  readonly onTakeOver: () => void;
}

/** Only one window may write: this one is not it. */
export function Elsewhere({ onTakeOver }: ElsewhereProps) {
  const [asked, setAsked] = useState(0);
  const [isUnanswered, setUnanswered] = useState(false);
  useEffect(() => {
    if (asked === 0) return undefined;
    const timer = setTimeout(() => setUnanswered(true), ANSWER_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  return (
    <main className={style.solo}>
      <HeroPage
        footer={
          <Button
            look="primary"
            onPress={() => {
              setAsked(asked + 1);
              onTakeOver();
            }}
          >
            <Trans>Use it here</Trans>
          </Button>
        }
      >
        <Emblem />
        <h1 tabIndex={-1}>
          <Trans>Halqa is open in another window</Trans>
        </h1>
        <p role="status">
          {isUnanswered ? (
            <Trans>
              The other window does not answer. Close it, and your circles open
              here.
            </Trans>
          ) : (
            <Trans>
              Go on there, or take it over here. If you close the other window,
              it opens here by itself.
            </Trans>
          )}
        </p>
      </HeroPage>
    </main>
  );
}

interface FailedProps {
  readonly because: EngineFault;
  readonly checkHref: string;
}

/** The circles could not be opened: why, and what to do. */
export function Failed({ because, checkHref }: FailedProps) {
  return (
    <main className={style.solo}>
      <HeroPage
        footer={
          <>
            <Button look="primary" onPress={() => location.reload()}>
              <Trans>Try again</Trans>
            </Button>
            <LinkButton href={checkHref}>
              <Trans>Check this device</Trans>
            </LinkButton>
          </>
        }
      >
        <Emblem />
        <h1 tabIndex={-1}>
          <Trans>Your circles could not be opened</Trans>
        </h1>
        <p role="alert">
          <FaultWords because={because} />
        </p>
      </HeroPage>
    </main>
  );
}

function FaultWords({ because }: { readonly because: EngineFault }) {
  switch (because) {
    case "not-started":
      return (
        <Trans>
          A part of the app stopped. Nothing that was saved is lost. Try again;
          if that does not help, restart the browser.
        </Trans>
      );
    case "no-storage":
      return (
        <Trans>
          The browser refuses to save anything here. Leave the private window,
          or free some space on the device.
        </Trans>
      );
    case "not-opened":
      return (
        <Trans>
          What is kept here cannot be read on this device any more. Part of it
          was deleted or changed. Ask a steward for a new invite.
        </Trans>
      );
  }
}
