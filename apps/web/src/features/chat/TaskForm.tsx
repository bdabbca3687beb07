import type { MemberView, TaskItem } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Fault, Select, TextField } from "../../ui/Field.tsx";
import { useNow } from "../../ui/use-now.ts";
import { localDate } from "./notice-time.ts";
import style from "./Organise.module.css";

interface TaskFormProps {
  readonly circle: string;
  readonly members: readonly MemberView[];
  /** The task that is changed; absent where one is posted. */
  readonly item?: TaskItem | undefined;
  readonly onPosted: () => void;
}

/** Something to be done: what, who, and by when. */
export function TaskForm({ circle, members, item, onPosted }: TaskFormProps) {
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const [title, setTitle] = useState(item?.title ?? "");
  const [owner, setOwner] = useState(item?.owner?.member ?? "");
  const [due, setDue] = useState(item?.dueAt ? localDate(item.dueAt) : "");
  const now = useNow();
  const post = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // The evening of the day, as this device has it.
    const at = due === "" ? 0 : new Date(`${due}T20:00`).getTime();
    const facts = { circle, title: title.trim(), owner, due: at };
    const posted = await act(
      item
        ? { command: "update-task", target: item.id, ...facts }
        : {
            command: "post-task",
            circle,
            title: facts.title,
            ...(owner && { owner }),
            ...(at && { due: at }),
          },
    );
    if (posted) onPosted();
  };
  return (
    <form className={style.form} onSubmit={(event) => void post(event)}>
      <TextField
        label={t`What is to be done?`}
        value={title}
        required
        maxLength={200}
        onType={setTitle}
      />
      <Select
        label={t`Who does it?`}
        value={owner}
        options={[
          { value: "", label: t`Whoever takes it` },
          ...members.map(({ member, name }) => ({
            value: member,
            label: name,
          })),
        ]}
        onChoose={setOwner}
      />
      <TextField
        label={t`Until when?`}
        hint={<Trans>Empty: no hurry.</Trans>}
        type="date"
        dir="ltr"
        value={due}
        min={localDate(now)}
        onType={setDue}
      />
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" disabled={isBusy}>
        {item ? <Trans>Change it</Trans> : <Trans>Tell the circle</Trans>}
      </Button>
    </form>
  );
}
