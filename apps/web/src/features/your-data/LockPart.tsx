import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState, type FormEvent } from "react";
import type { KeepingView, LockSettings } from "../../client/keeper.ts";
import { useKeeper } from "../../client/KeeperContext.ts";
import type { QuickUnlock } from "../../client/quick-unlock.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault, Select, Switch } from "../../ui/Field.tsx";
import { PassphraseField } from "../../ui/PassphraseField.tsx";
import { useTask } from "./use-task.ts";
import style from "./YourData.module.css";

interface LockPartProps {
  readonly keeping: KeepingView;
  readonly quickUnlock: QuickUnlock;
}

/** When the device locks itself, what opens it besides the passphrase, and what is seen while it is hidden. */
export function LockPart({ keeping, quickUnlock }: LockPartProps) {
  const { t } = useLingui();
  const { lock } = useKeeper();
  const { run, fault } = useTask();
  const { settings, hasPassphrase } = keeping;
  const set = (next: Partial<LockSettings>): void =>
    void run({ task: "set-locking", settings: { ...settings, ...next } });
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>Locking</Trans>
      </h2>
      {hasPassphrase ? (
        <>
          <Button onPress={lock}>
            <Trans>Lock now</Trans>
          </Button>
          <Select
            label={t`Lock by itself`}
            value={String(settings.afterMinutes)}
            options={[
              { value: "1", label: t`After a minute without a touch` },
              { value: "5", label: t`After 5 minutes` },
              { value: "15", label: t`After 15 minutes` },
              { value: "60", label: t`After an hour` },
              { value: "0", label: t`Never` },
            ]}
            onChoose={(value) => set({ afterMinutes: Number(value) })}
          />
          <Switch
            label={t`Lock when I leave the app`}
            hint={
              <Trans>
                Also when you choose a photo or answer a call. Locked, nothing
                arrives here until you open it.
              </Trans>
            }
            isOn={settings.onHide}
            onSwitch={(onHide) => set({ onHide })}
          />
          <QuickPart keeping={keeping} quickUnlock={quickUnlock} />
        </>
      ) : (
        <p className={style.quiet}>
          <Trans>
            Set a passphrase first: without one there is nothing to lock with.
          </Trans>
        </p>
      )}
      <Switch
        label={t`Show nothing while the app is hidden`}
        hint={
          <Trans>
            The list of open apps then shows an empty page instead of your
            messages.
          </Trans>
        }
        isOn={settings.blankOnHide}
        onSwitch={(blankOnHide) => set({ blankOnHide })}
      />
      {fault && <Fault>{fault}</Fault>}
    </section>
  );
}

/** The device's own lock, where the browser can use it as a key. */
function QuickPart({ keeping, quickUnlock }: LockPartProps) {
  const { t } = useLingui();
  const { run, fault } = useTask();
  const [isHere, setHere] = useState(false);
  const [isAdding, setAdding] = useState(false);
  useEffect(() => {
    void quickUnlock.isHere().then(setHere);
  }, [quickUnlock]);
  const { hasQuickUnlock } = keeping;
  if (!isHere && !hasQuickUnlock) return null;
  return (
    <>
      <Switch
        label={t`Open with this device’s own lock`}
        hint={
          <Trans>
            Finger, face or PIN instead of the passphrase. Leave it off where
            somebody could make you do that: a finger is easier to force than
            words.
          </Trans>
        }
        isOn={hasQuickUnlock}
        onSwitch={(isOn) =>
          isOn ? setAdding(true) : void run({ task: "remove-quick-unlock" })
        }
      />
      {fault && <Fault>{fault}</Fault>}
      {isAdding && (
        <Dialog
          title={t`Open with this device’s own lock`}
          closeLabel={t`Close`}
          onClose={() => setAdding(false)}
        >
          <QuickForm
            quickUnlock={quickUnlock}
            onDone={() => setAdding(false)}
          />
        </Dialog>
      )}
    </>
  );
}

interface QuickFormProps {
  readonly quickUnlock: QuickUnlock;
  readonly onDone: () => void;
}

function QuickForm({ quickUnlock, onDone }: QuickFormProps) {
  const { t } = useLingui();
  const { run, fault, isBusy } = useTask();
  const [passphrase, setPassphrase] = useState("");
  const [isRefused, setRefused] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const made = await quickUnlock.create();
    setRefused(made === undefined);
    if (made === undefined) return;
    const done = await run({ task: "add-quick-unlock", passphrase, ...made });
    if (done !== undefined) onDone();
  };
  return (
    <form
      className={style.part}
      noValidate
      onSubmit={(event) => void submit(event)}
    >
      <p>
        <Trans>
          Your passphrase is asked for once more, and then your device’s own
          lock. The passphrase keeps opening it as well.
        </Trans>
      </p>
      <PassphraseField
        label={t`Passphrase`}
        value={passphrase}
        onType={setPassphrase}
      />
      {isRefused && (
        <Fault>
          <Trans>
            This device or this browser cannot do it. The passphrase goes on
            opening Halqa.
          </Trans>
        </Fault>
      )}
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" disabled={isBusy || passphrase === ""}>
        <Trans>Go on</Trans>
      </Button>
    </form>
  );
}
