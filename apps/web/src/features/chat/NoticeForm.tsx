import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Choice, Fault, TextArea, TextField } from "../../ui/Field.tsx";
import { deviceZone, formatNumber, formatZone } from "../../ui/format-time.ts";
import { QuietLine } from "../../ui/Leaf.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { useNow } from "../../ui/use-now.ts";
import { localDate, noticeTime } from "./notice-time.ts";
import style from "./NoticeForm.module.css";

interface NoticeFormProps {
  readonly circle: string;
  readonly onClose: () => void;
  readonly onPosted: () => void;
}

const LENGTHS = ["30", "60", "90", "120"] as const;
type Length = (typeof LENGTHS)[number];

/** Sets a meeting: what, when, where, and what about. */
export function NoticeForm({ circle, onClose, onPosted }: NoticeFormProps) {
  const { t, i18n } = useLingui();
  const locale = useLocale();
  const run = useRun();
  const [title, setTitle] = useState("");
  const [date, setDate] = useState("");
  const [time, setTime] = useState("18:00");
  const [length, setLength] = useState<Length>("90");
  const [place, setPlace] = useState("");
  const [agenda, setAgenda] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const zone = deviceZone();
  const now = useNow();

  const post = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const when = noticeTime(`${date}T${time}`, zone, Number(length));
    if (when === undefined) {
      setFault(i18n._(faultWords["bad-time"]));
      return;
    }
    setBusy(true);
    const reply = await run({
      command: "post-notice",
      circle,
      title: title.trim(),
      when,
      place: place.trim(),
      agenda: agenda.trim(),
    });
    setBusy(false);
    if (reply.ok) onPosted();
    else setFault(i18n._(faultWords[reply.error]));
  };
  return (
    <Dialog title={t`Set a meeting`} closeLabel={t`Close`} onClose={onClose}>
      <form className={style.form} onSubmit={(event) => void post(event)}>
        <TextField
          label={t`What is it?`}
          value={title}
          required
          maxLength={120}
          onType={setTitle}
        />
        <div className={style.when}>
          <TextField
            label={t`Day`}
            type="date"
            dir="ltr"
            value={date}
            min={localDate(now)}
            required
            onType={setDate}
          />
          <TextField
            label={t`Time`}
            type="time"
            dir="ltr"
            value={time}
            required
            onType={setTime}
          />
        </div>
        <QuietLine>
          <Trans>
            Times are of this device: <bdi>{formatZone(now, zone, locale)}</bdi>
            . Members elsewhere see it in theirs.
          </Trans>
        </QuietLine>
        <Choice
          label={t`How many minutes?`}
          options={LENGTHS.map((value) => ({
            value,
            label: formatNumber(Number(value), locale),
          }))}
          value={length}
          onChoose={setLength}
        />
        <TextField
          label={t`Where?`}
          value={place}
          maxLength={160}
          onType={setPlace}
        />
        <TextArea
          label={t`What about?`}
          value={agenda}
          maxLength={2_000}
          onType={setAgenda}
        />
        {fault && <Fault>{fault}</Fault>}
        <Button look="primary" disabled={isBusy}>
          <Trans>Tell the circle</Trans>
        </Button>
      </form>
    </Dialog>
  );
}
