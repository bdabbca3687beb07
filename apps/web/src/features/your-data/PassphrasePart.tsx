import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import type { KeepingView } from "../../client/keeper.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault } from "../../ui/Field.tsx";
import { PassphraseField } from "../../ui/PassphraseField.tsx";
import { useTask } from "./use-task.ts";
import style from "./YourData.module.css";

type Change = "set" | "change" | "remove";

/** The passphrase in front of everything: set, changed, taken away. */
export function PassphrasePart({ keeping }: { readonly keeping: KeepingView }) {
  const { t } = useLingui();
  const [change, setChange] = useState<Change>();
  const [isDone, setDone] = useState(false);
  const { hasPassphrase } = keeping;
  const titles: Record<Change, string> = {
    set: t`Set a passphrase`,
    change: t`Change the passphrase`,
    remove: t`Take the passphrase away`,
  };
  const open = (next: Change): void => {
    setDone(false);
    setChange(next);
  };
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>Passphrase</Trans>
      </h2>
      <p className={style.quiet}>
        {hasPassphrase ? (
          <Trans>
            Without it nobody opens what is on this device, you neither: there
            is nobody who could reset it.
          </Trans>
        ) : (
          <Trans>
            There is none. Whoever takes this device and gets past its screen
            lock can read everything here.
          </Trans>
        )}
      </p>
      {isDone && (
        <p role="status">
          <Trans>Done. From now on only this holds.</Trans>
        </p>
      )}
      {hasPassphrase ? (
        <>
          <Button onPress={() => open("change")}>{titles.change}</Button>
          <Button look="quiet" onPress={() => open("remove")}>
            {titles.remove}
          </Button>
        </>
      ) : (
        <Button onPress={() => open("set")}>{titles.set}</Button>
      )}
      {change && (
        <Dialog
          title={titles[change]}
          closeLabel={t`Close`}
          onClose={() => setChange(undefined)}
        >
          <ChangeForm
            change={change}
            label={titles[change]}
            onDone={() => {
              setChange(undefined);
              setDone(true);
            }}
          />
        </Dialog>
      )}
    </section>
  );
}

interface ChangeFormProps {
  readonly change: Change;
  readonly label: string;
  readonly onDone: () => void;
}

function ChangeForm({ change, label, onDone }: ChangeFormProps) {
  const { t } = useLingui();
  const { run, fault, isBusy } = useTask();
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const done = await run({
      task: "change-passphrase",
      passphrase: change === "set" ? undefined : present,
      next: change === "remove" ? undefined : next,
    });
    if (done !== undefined) onDone();
  };
  const suggest = async (): Promise<string | undefined> =>
    (await run({ task: "suggest-passphrase" }))?.words;
  return (
    <form
      className={style.part}
      noValidate
      onSubmit={(event) => void submit(event)}
    >
      {change !== "set" && (
        <PassphraseField
          label={t`The passphrase as it is`}
          value={present}
          onType={setPresent}
        />
      )}
      {change === "remove" ? (
        <p>
          <Trans>
            Afterwards whoever holds this device unlocked can read what is on
            it, and it does not lock itself any more.
          </Trans>
        </p>
      ) : (
        <PassphraseField
          label={t`The new passphrase`}
          hint={
            <Trans>
              Write it down somewhere safe until you know it by heart.
            </Trans>
          }
          value={next}
          onType={setNext}
          onSuggest={suggest}
        />
      )}
      {fault && <Fault>{fault}</Fault>}
      <Button
        look={change === "remove" ? "danger" : "primary"}
        disabled={isBusy || (change !== "remove" && next === "")}
      >
        {label}
      </Button>
    </form>
  );
}
