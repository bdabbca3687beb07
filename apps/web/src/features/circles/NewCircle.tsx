import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Choice, Fault, TextField } from "../../ui/Field.tsx";
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
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const [kind, setKind] = useState<"circle" | "direct">("circle");
  const [name, setName] = useState("");
  const [memberName, setMemberName] = useState(profileName);

  const found = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    const value = await act({
      command: "found-circle",
      kind,
      name: name.trim(),
      memberName: memberName.trim(),
    });
    if (value?.kind === "circle") onFounded(value.circle);
  };
  return (
    <Dialog title={t`Start a circle`} closeLabel={t`Close`} onClose={onClose}>
      <form className={style.form} onSubmit={(event) => void found(event)}>
        <Choice
          label={t`For whom?`}
          options={[
            { value: "circle", label: t`A group` },
            { value: "direct", label: t`Two people` },
          ]}
          value={kind}
          onChoose={setKind}
        />
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
