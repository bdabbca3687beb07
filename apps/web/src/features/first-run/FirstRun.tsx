import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactNode } from "react";
import type { MessageDescriptor } from "@lingui/core";
import { Button } from "../../ui/Button.tsx";
import { Fault, Switch, TextField } from "../../ui/Field.tsx";
import { PassphraseField } from "../../ui/PassphraseField.tsx";
import { HeroPage } from "../../ui/Page.tsx";
import { Emblem } from "../../ui/Ring.tsx";
import style from "./FirstRun.module.css";

export interface FirstRunProps {
  readonly languages: ReactNode;
  /** Where the device check is. */
  readonly checkHref: string;
  /** Where somebody comes back out of a backup. */
  readonly restoreHref: string;
  /** Resolves with why it was refused. */
  readonly onBegin: (person: {
    readonly name: string;
    readonly passphrase: string | undefined;
  }) => Promise<MessageDescriptor | undefined>;
  /** Makes words for a passphrase; absent where the keys were made without one. */
  readonly onSuggest?: () => Promise<string | undefined>;
}

/** The first page of all: a language, a name, and in. */
export function FirstRun({
  languages,
  checkHref,
  restoreHref,
  onBegin,
  onSuggest,
}: FirstRunProps) {
  const { t, i18n } = useLingui();
  const [name, setName] = useState("");
  const [fault, setFault] = useState("");
  const [wantsPassphrase, setWants] = useState(false);
  const [passphrase, setPassphrase] = useState("");
  const [refusal, setRefusal] = useState("");
  const [isBusy, setBusy] = useState(false);

  const begin = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === "") {
      setFault(t`Write a name first. It can be any name.`);
      return;
    }
    setFault("");
    setBusy(true);
    const refused = await onBegin({
      name: name.trim(),
      passphrase: wantsPassphrase ? passphrase : undefined,
    });
    setBusy(false);
    setRefusal(refused ? i18n._(refused) : "");
  };
  return (
    <form className={style.form} noValidate onSubmit={(e) => void begin(e)}>
      <HeroPage
        corner={languages}
        footer={
          <>
            {refusal && <Fault>{refusal}</Fault>}
            <Button look="primary" disabled={isBusy}>
              <Trans>Begin</Trans>
            </Button>
            <p className={`${style.small} ${style.links}`}>
              <a href={restoreHref} className={style.link}>
                <Trans>I have a backup</Trans>
              </a>
              <a href={checkHref} className={style.link}>
                <Trans>Can this browser run Halqa?</Trans>
              </a>
            </p>
          </>
        }
      >
        <Emblem />
        <h1 tabIndex={-1}>
          <Trans>Halqa</Trans>
        </h1>
        <p>
          <Trans>
            For people who organise together. No phone number, no account: only
            the members of a circle can read what is said in it.
          </Trans>
        </p>
        <div className={style.card}>
          <TextField
            label={t`What should people call you?`}
            hint={
              <Trans>
                Any name will do, and each circle can know you by another.
              </Trans>
            }
            fault={fault}
            value={name}
            maxLength={64}
            autoComplete="nickname"
            autoCapitalize="words"
            enterKeyHint="go"
            onType={setName}
          />
          {onSuggest && (
            <Switch
              label={t`Put a passphrase in front of this device`}
              hint={
                <Trans>
                  Without one, whoever takes this device can read everything on
                  it.
                </Trans>
              }
              isOn={wantsPassphrase}
              onSwitch={setWants}
            />
          )}
          {wantsPassphrase && onSuggest && (
            <PassphraseField
              label={t`The new passphrase`}
              hint={
                <Trans>
                  Write it down somewhere safe until you know it by heart.
                </Trans>
              }
              value={passphrase}
              onType={setPassphrase}
              onSuggest={onSuggest}
            />
          )}
        </div>
        <p className={style.small}>
          <Trans>
            This is an early version. Do not trust it yet with what could put
            somebody in danger.
          </Trans>
        </p>
      </HeroPage>
    </form>
  );
}
