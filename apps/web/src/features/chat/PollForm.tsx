import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice, Fault, TextField } from "../../ui/Field.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import { QuietLine } from "../../ui/Leaf.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import style from "./Organise.module.css";

interface PollFormProps {
  readonly circle: string;
  readonly onPosted: () => void;
}

const MOST_OPTIONS = 20;
type Ballot = "single" | "several" | "ranked";

/** Asks the circle: a question, options, and how one chooses. */
export function PollForm({ circle, onPosted }: PollFormProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const { act, fault, isBusy } = useAct();
  const [question, setQuestion] = useState("");
  const [options, setOptions] = useState<readonly string[]>(["", ""]);
  const [ballot, setBallot] = useState<Ballot>("single");
  const setOption = (index: number, text: string): void => {
    const next = options.with(index, text);
    // There is always an empty one to go on with.
    const isFull = next.every((one) => one.trim() !== "");
    setOptions(isFull && next.length < MOST_OPTIONS ? [...next, ""] : next);
  };
  const post = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const posted = await act({
      command: "post-poll",
      circle,
      question: question.trim(),
      options: options.map((one) => one.trim()).filter(Boolean),
      ballot,
    });
    if (posted) onPosted();
  };
  return (
    <form className={style.form} onSubmit={(event) => void post(event)}>
      <TextField
        label={t`What do you ask?`}
        value={question}
        required
        maxLength={300}
        onType={setQuestion}
      />
      {options.map((option, index) => {
        const number = formatNumber(index + 1, locale);
        return (
          <TextField
            key={index}
            label={t`Option ${number}`}
            value={option}
            required={index < 2}
            maxLength={100}
            onType={(text) => setOption(index, text)}
          />
        );
      })}
      <Choice
        label={t`How does one choose?`}
        options={[
          { value: "single", label: t`One` },
          { value: "several", label: t`Several` },
          { value: "ranked", label: t`In order` },
        ]}
        value={ballot}
        onChoose={setBallot}
      />
      <QuietLine>
        <Trans>All members see who chooses what.</Trans>
      </QuietLine>
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" disabled={isBusy}>
        <Trans>Ask the circle</Trans>
      </Button>
    </form>
  );
}
