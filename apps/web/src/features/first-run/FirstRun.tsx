import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactNode } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/Field.tsx";
import { HeroPage } from "../../ui/Page.tsx";
import { Emblem } from "../../ui/Ring.tsx";
import style from "./FirstRun.module.css";

interface FirstRunProps {
  readonly languages: ReactNode;
  /** Where the device check is. */
  readonly checkHref: string;
  readonly onNamed: () => void;
}

/** The first page of all: a language, a name, and in. */
export function FirstRun({ languages, checkHref, onNamed }: FirstRunProps) {
  const { t, i18n } = useLingui();
  const run = useRun();
  const [name, setName] = useState("");
  const [fault, setFault] = useState("");

  const begin = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === "") {
      setFault(t`Write a name first. It can be any name.`);
      return;
    }
    const reply = await run({ command: "set-profile", name: name.trim() });
    if (reply.ok) onNamed();
    else setFault(i18n._(faultWords[reply.error]));
  };
  return (
    <form className={style.form} noValidate onSubmit={(e) => void begin(e)}>
      <HeroPage
        corner={languages}
        footer={
          <>
            <Button look="primary">
              <Trans>Begin</Trans>
            </Button>
            <p className={style.small}>
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
