import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactNode } from "react";
import type { EngineState } from "../../client/engine-host.ts";
import type { LockedBecause, Secret } from "../../client/keeper.ts";
import type { QuickUnlock } from "../../client/quick-unlock.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { HeroPage } from "../../ui/Page.tsx";
import { PassphraseField } from "../../ui/PassphraseField.tsx";
import { Emblem } from "../../ui/Ring.tsx";
import style from "./Lock.module.css";

interface LockedProps {
  readonly state: Extract<EngineState, { kind: "locked" }>;
  readonly quickUnlock: QuickUnlock;
  readonly languages: ReactNode;
  readonly onUnlock: (secret: Secret) => void;
  readonly onForget: () => void;
}

/** Nothing is open: a passphrase, or the device's own lock, opens it. */
export function Locked(props: LockedProps) {
  const { state, quickUnlock, onUnlock } = props;
  const { t } = useLingui();
  const [passphrase, setPassphrase] = useState("");
  const [isForgetting, setForgetting] = useState(false);
  const { quickKey } = state;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (passphrase !== "") onUnlock({ by: "passphrase", passphrase });
  };
  const unlockQuickly = async (): Promise<void> => {
    const output = quickKey && (await quickUnlock.ask(quickKey));
    if (output !== undefined) onUnlock({ by: "quick-unlock", output });
  };
  return (
    <main className={style.solo}>
      <form className={style.form} noValidate onSubmit={submit}>
        <HeroPage
          corner={props.languages}
          footer={
            <>
              <Button look="primary" disabled={state.isBusy}>
                {state.isBusy ? <Trans>Opening …</Trans> : <Trans>Open</Trans>}
              </Button>
              {quickKey && (
                <Button
                  disabled={state.isBusy}
                  onPress={() => void unlockQuickly()}
                >
                  <Trans>Open with this device’s own lock</Trans>
                </Button>
              )}
              <Button look="quiet" onPress={() => setForgetting(true)}>
                <Trans>I do not know the passphrase any more</Trans>
              </Button>
            </>
          }
        >
          <Emblem isWaiting={state.isBusy} />
          <h1 tabIndex={-1}>
            <Trans>Halqa is locked</Trans>
          </h1>
          <div className={style.card}>
            <PassphraseField
              label={t`Passphrase`}
              value={passphrase}
              fault={faultOf(state.because)}
              onType={setPassphrase}
            />
          </div>
        </HeroPage>
      </form>
      {isForgetting && (
        <Dialog
          title={t`Without the passphrase`}
          closeLabel={t`Close`}
          onClose={() => setForgetting(false)}
        >
          <p>
            <Trans>
              Nobody can open it without the passphrase, not even those who made
              Halqa. You can forget what is on this device and begin again: out
              of a backup if you have one, or with a new invite.
            </Trans>
          </p>
          <Button look="danger" onPress={props.onForget}>
            <Trans>Forget everything on this device</Trans>
          </Button>
        </Dialog>
      )}
    </main>
  );
}

function faultOf(because: LockedBecause): ReactNode {
  switch (because) {
    case undefined:
      return undefined;
    case "wrong-passphrase":
      return <Trans>This is not the passphrase of this device.</Trans>;
    case "quick-unlock":
      return (
        <Trans>
          The device’s own lock did not open it. Write the passphrase.
        </Trans>
      );
    case "out-of-memory":
      return (
        <Trans>
          This device has too little free memory. Close other apps, then try
          again.
        </Trans>
      );
  }
}
