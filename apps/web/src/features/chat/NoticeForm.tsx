import type { NoticeItem } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice, Fault, TextArea, TextField } from "../../ui/Field.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import { deviceZone, formatZone } from "../../ui/format-time.ts";
import { QuietLine } from "../../ui/Leaf.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { useNow } from "../../ui/use-now.ts";
import { localDate, localTime, noticeTime } from "./notice-time.ts";
import style from "./NoticeForm.module.css";

interface NoticeFormProps {
  readonly circle: string;
  /** The meeting that is changed; absent where one is set. */
  readonly item?: NoticeItem | undefined;
  readonly onPosted: () => void;
}

const LENGTHS = ["30", "60", "90", "120"] as const;
type Length = (typeof LENGTHS)[number];

/** Sets or changes a meeting: what, when, where, and what about. */
export function NoticeForm({ circle, item, onPosted }: NoticeFormProps) {
  const { t, i18n } = useLingui();
  const locale = useLocale();
  const { act, fault, isBusy } = useAct();
  const [facts, setFacts] = useState(() => factsOf(item));
  const [isBadTime, setBadTime] = useState(false);
  const set = (change: Partial<Facts>): void =>
    setFacts({ ...facts, ...change });
  const zone = deviceZone();
  const now = useNow();

  const post = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { date, time, length } = facts;
    const when = noticeTime(`${date}T${time}`, zone, Number(length));
    setBadTime(when === undefined);
    if (when === undefined) return;
    const words = {
      circle,
      title: facts.title.trim(),
      place: facts.place.trim(),
      agenda: facts.agenda.trim(),
      when,
    };
    const posted = await act(
      item
        ? {
            command: "update-notice",
            target: item.id,
            meeting: stateAfter(item, when.instant),
            ...words,
          }
        : { command: "post-notice", ...words },
    );
    if (posted) onPosted();
  };
  return (
    <form className={style.form} onSubmit={(event) => void post(event)}>
      <TextField
        label={t`What is it?`}
        value={facts.title}
        required
        maxLength={120}
        onType={(title) => set({ title })}
      />
      <div className={style.when}>
        <TextField
          label={t`Day`}
          type="date"
          dir="ltr"
          value={facts.date}
          min={localDate(now)}
          required
          onType={(date) => set({ date })}
        />
        <TextField
          label={t`Time`}
          type="time"
          dir="ltr"
          value={facts.time}
          required
          onType={(time) => set({ time })}
        />
      </div>
      <QuietLine>
        <Trans>
          Times are of this device: <bdi>{formatZone(now, zone, locale)}</bdi>.
          Members elsewhere see it in theirs.
        </Trans>
      </QuietLine>
      <Choice
        label={t`How many minutes?`}
        options={LENGTHS.map((value) => ({
          value,
          label: formatNumber(Number(value), locale),
        }))}
        value={facts.length}
        onChoose={(length) => set({ length })}
      />
      <TextField
        label={t`Where?`}
        value={facts.place}
        maxLength={160}
        onType={(place) => set({ place })}
      />
      <TextArea
        label={t`What about?`}
        value={facts.agenda}
        maxLength={2_000}
        onType={(agenda) => set({ agenda })}
      />
      {isBadTime && <Fault>{i18n._(faultWords["bad-time"])}</Fault>}
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" disabled={isBusy}>
        {item ? <Trans>Change it</Trans> : <Trans>Tell the circle</Trans>}
      </Button>
    </form>
  );
}

interface Facts {
  readonly title: string;
  readonly date: string;
  readonly time: string;
  readonly length: Length;
  readonly place: string;
  readonly agenda: string;
}

function factsOf(item: NoticeItem | undefined): Facts {
  if (item === undefined) {
    const when = { date: "", time: "18:00", length: "90" } as const;
    return { title: "", place: "", agenda: "", ...when };
  }
  const { title, place, agenda, when } = item;
  const length = LENGTHS.find((one) => Number(one) === when.minutes) ?? "90";
  const date = localDate(when.instant);
  return { title, place, agenda, length, date, time: localTime(when.instant) };
}

/** Another time moves a meeting; other words alone do not. */
function stateAfter(item: NoticeItem, instant: number): NoticeItem["meeting"] {
  if (instant !== item.when.instant) return "moved";
  return item.meeting === "cancelled" ? "planned" : item.meeting;
}
