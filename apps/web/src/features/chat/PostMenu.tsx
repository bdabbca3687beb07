import type { MemberView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { CalendarPlus, ListTodo, NotebookPen, Vote } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useAct } from "../../client/use-act.ts";
import { Act, ActList } from "../../ui/ActList.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault, TextArea } from "../../ui/Field.tsx";
import { NoticeForm } from "./NoticeForm.tsx";
import style from "./Organise.module.css";
import { PollForm } from "./PollForm.tsx";
import { TaskForm } from "./TaskForm.tsx";

interface PostMenuProps {
  readonly circle: string;
  readonly members: readonly MemberView[];
  readonly onClose: () => void;
  readonly onPosted: () => void;
}

type Step = "choose" | "meeting" | "poll" | "task" | "minutes";

/** What a circle can be told beside words. */
export function PostMenu({
  circle,
  members,
  onClose,
  onPosted,
}: PostMenuProps) {
  const { t } = useLingui();
  const [step, setStep] = useState<Step>("choose");
  const titles: Record<Step, string> = {
    choose: t`What do you want to add?`,
    meeting: t`Set a meeting`,
    poll: t`Ask the circle`,
    task: t`Add a task`,
    minutes: t`Write minutes`,
  };
  return (
    <Dialog
      key={step}
      title={titles[step]}
      closeLabel={t`Close`}
      onClose={onClose}
    >
      {step === "choose" && <Kinds onChoose={setStep} />}
      {step === "meeting" && <NoticeForm circle={circle} onPosted={onPosted} />}
      {step === "poll" && <PollForm circle={circle} onPosted={onPosted} />}
      {step === "task" && (
        <TaskForm circle={circle} members={members} onPosted={onPosted} />
      )}
      {step === "minutes" && (
        <MinutesForm circle={circle} onPosted={onPosted} />
      )}
    </Dialog>
  );
}

function Kinds({ onChoose }: { readonly onChoose: (step: Step) => void }) {
  return (
    <ActList>
      <Act
        sign={<CalendarPlus aria-hidden="true" />}
        onPress={() => onChoose("meeting")}
      >
        <Trans>Set a meeting</Trans>
      </Act>
      <Act sign={<Vote aria-hidden="true" />} onPress={() => onChoose("poll")}>
        <Trans>Ask the circle</Trans>
      </Act>
      <Act
        sign={<ListTodo aria-hidden="true" />}
        onPress={() => onChoose("task")}
      >
        <Trans>Add a task</Trans>
      </Act>
      <Act
        sign={<NotebookPen aria-hidden="true" />}
        onPress={() => onChoose("minutes")}
      >
        <Trans>Write minutes</Trans>
      </Act>
    </ActList>
  );
}

interface MinutesFormProps {
  readonly circle: string;
  readonly onPosted: () => void;
}

function MinutesForm({ circle, onPosted }: MinutesFormProps) {
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const [text, setText] = useState("");
  const post = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const written = text.trim();
    if (await act({ command: "post-minutes", circle, text: written })) {
      onPosted();
    }
  };
  return (
    <form className={style.form} onSubmit={(event) => void post(event)}>
      <TextArea
        label={t`What was said and agreed?`}
        hint={
          <Trans>
            Leave out who said what, where that could harm somebody.
          </Trans>
        }
        value={text}
        maxLength={8_000}
        onType={setText}
      />
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" disabled={isBusy || text.trim() === ""}>
        <Trans>Tell the circle</Trans>
      </Button>
    </form>
  );
}
