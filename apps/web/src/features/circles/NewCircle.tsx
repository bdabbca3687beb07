import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault, TextField } from "../../ui/Field.tsx";
import style from "./NewCircle.module.css";

interface NewCircleProps {
  readonly name: string;
  readonly joinHref: string;
  readonly onClose: () => void;
  readonly onFounded: (circle: string) => void;
}

export function NewCircle({
  name: profileName,
  joinHref,
  onClose,
  onFounded,
}: NewCircleProps) {
  const { t, i18n } = useLingui();
  const run = useRun();
  const [name, setName] = useState("");
  const [memberName, setMemberName] = useState(profileName);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState("");

  const found = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const reply = await run({
      command: "found-circle",
      name: name.trim(),
      memberName: memberName.trim(),
    });
    setBusy(false);
    if (!reply.ok) setFault(i18n._(faultWords[reply.error]));
    else if (reply.value.kind === "circle") onFounded(reply.value.circle);
  };
  return (
    <Dialog title={t`Start a circle`} closeLabel={t`Close`} onClose={onClose}>
      <form className={style.form} onSubmit={(event) => void found(event)}>
        <TextField
          label={t`Name of the circle`}
          hint={<Trans>Only members and people you invite see it.</Trans>}
          value={name}
          required
          maxLength={64}
          enterKeyHint="next"
          onType={setName}
        />
        <TextField
          label={t`Your name in it`}
          value={memberName}
          required
          maxLength={64}
          autoComplete="nickname"
          enterKeyHint="done"
          onType={setMemberName}
        />
        {fault && <Fault>{fault}</Fault>}
        <Button look="primary" disabled={isBusy}>
          <Trans>Start it</Trans>
        </Button>
      </form>
      <p className={style.or}>
        <Trans>or</Trans>
      </p>
      <LinkButton href={joinHref}>
        <Trans>Open an invite</Trans>
      </LinkButton>
    </Dialog>
  );
}
