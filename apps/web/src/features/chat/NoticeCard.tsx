import type { Answer, NoticeItem } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useId, useState } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Fault } from "../../ui/Field.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import {
  deviceZone,
  formatCalendarDay,
  formatClock,
  formatDate,
  formatZone,
  isSameClock,
} from "../../ui/format-time.ts";
import { Day, Leaf, QuietLine } from "../../ui/Leaf.tsx";
import { LinkedText } from "../../ui/LinkedText.tsx";
import { Spoken } from "../../ui/Spoken.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { useNow } from "../../ui/use-now.ts";
import style from "./NoticeCard.module.css";
import { PostFrame } from "./PostFrame.tsx";

const ANSWERS: readonly Answer[] = ["yes", "maybe", "no"];
const MINUTE_MS = 60_000;
/** Where nobody said how long it takes. */
const USUAL_MINUTES = 120;

interface NoticeCardProps {
  readonly item: NoticeItem;
  readonly circle: string;
  readonly canWrite: boolean;
  readonly onMenu: (id: string) => void;
}

/** A meeting as a leaf: when, where, and whether one comes. */
export function NoticeCard({
  item,
  circle,
  canWrite,
  onMenu,
}: NoticeCardProps) {
  const locale = useLocale();
  const now = useNow();
  const { instant, minutes = USUAL_MINUTES } = item.when;
  const isPast = now > instant + minutes * MINUTE_MS;
  const isCancelled = item.meeting === "cancelled";
  return (
    <PostFrame item={item} onMenu={onMenu}>
      <Leaf
        tone={isPast || isCancelled ? "past" : "now"}
        titleLevel={3}
        mark={<Day {...formatCalendarDay(instant, now, locale)} />}
        title={isCancelled ? <s>{item.title}</s> : item.title}
        lines={
          <>
            <p>
              <When item={item} />
              {item.place && (
                <>
                  {" · "}
                  <bdi>{item.place}</bdi>
                </>
              )}
            </p>
            <p>
              <SetBy item={item} isPast={isPast} />
            </p>
          </>
        }
      >
        <Changed item={item} />
        {item.agenda && (
          <p className={style.agenda} dir="auto">
            <LinkedText text={item.agenda} />
          </p>
        )}
        <Rsvp
          item={item}
          circle={circle}
          isOpen={canWrite && !isPast && !isCancelled}
        />
        <Tally item={item} />
      </Leaf>
    </PostFrame>
  );
}

/** What became of it since it was announced, before anything else is read. */
function Changed({ item }: { readonly item: NoticeItem }) {
  const { meeting, updated } = item;
  if (updated === undefined || meeting === "planned") return null;
  return (
    <p className={style.changed} data-meeting={meeting} role="note">
      {meeting === "cancelled" ? (
        <Trans>
          <strong>Cancelled</strong> by <bdi>{updated.by.name}</bdi>
        </Trans>
      ) : (
        <Trans>
          <strong>Moved</strong> by <bdi>{updated.by.name}</bdi>. Look at the
          time and answer again.
        </Trans>
      )}
    </p>
  );
}

function When({ item }: { readonly item: NoticeItem }) {
  const locale = useLocale();
  const { instant, zone, minutes } = item.when;
  const here = deviceZone();
  const clock = (at: number, inZone: string): string =>
    formatClock(at, { locale, zone: inZone });
  const end = minutes && instant + minutes * MINUTE_MS;
  return (
    <>
      <Spoken>{formatDate(instant, { locale })} </Spoken>
      <time>
        {clock(instant, here)}
        {end && ` – ${clock(end, here)}`}
      </time>
      {!isSameClock(instant, zone, here) && (
        <>
          {" "}
          <Trans>
            (<time>{clock(instant, zone)}</time>{" "}
            <bdi>{formatZone(instant, zone, locale)}</bdi>)
          </Trans>
        </>
      )}
    </>
  );
}

interface SetByProps {
  readonly item: NoticeItem;
  readonly isPast: boolean;
}

function SetBy({ item, isPast }: SetByProps) {
  if (item.state === "failed") return <Trans>This was not sent.</Trans>;
  if (item.state === "queued") return <Trans>Waiting to be sent</Trans>;
  if (isPast) return <Trans>This meeting is over.</Trans>;
  return item.author.own ? (
    <Trans>Set by you</Trans>
  ) : (
    <Trans>
      Set by <bdi>{item.author.name}</bdi>
    </Trans>
  );
}

interface RsvpProps {
  readonly item: NoticeItem;
  readonly circle: string;
  readonly isOpen: boolean;
}

function Rsvp({ item, circle, isOpen }: RsvpProps) {
  const { t } = useLingui();
  const { chosen, choose, fault } = useAnswering(item, circle);
  const name = useId();
  const words = { yes: t`Coming`, maybe: t`Maybe`, no: t`Can’t` };
  return (
    <>
      <fieldset className={style.rsvp} disabled={!isOpen}>
        <legend>
          <Spoken>
            <Trans>Are you coming?</Trans>
          </Spoken>
        </legend>
        {ANSWERS.map((answer) => (
          <label key={answer} className={style.answer} data-answer={answer}>
            <input
              type="radio"
              name={name}
              checked={chosen === answer}
              onChange={() => void choose(answer)}
            />
            <span>{words[answer]}</span>
          </label>
        ))}
      </fieldset>
      {fault && <Fault>{fault}</Fault>}
    </>
  );
}

/** What was chosen shows at once; it is taken back where it could not be stored. */
function useAnswering(item: NoticeItem, circle: string) {
  const { i18n } = useLingui();
  const run = useRun();
  const [wanted, setWanted] = useState<Answer>();
  const [fault, setFault] = useState("");
  if (wanted !== undefined && wanted === item.ownAnswer) setWanted(undefined);
  const choose = async (answer: Answer): Promise<void> => {
    setWanted(answer);
    const reply = await run({
      command: "rsvp",
      circle,
      notice: item.id,
      answer,
    });
    setFault(reply.ok ? "" : i18n._(faultWords[reply.error]));
    if (!reply.ok) setWanted(undefined);
  };
  return { chosen: wanted ?? item.ownAnswer, choose, fault };
}

function Tally({ item }: { readonly item: NoticeItem }) {
  const { t } = useLingui();
  const locale = useLocale();
  const words = { yes: t`Coming`, maybe: t`Maybe`, no: t`Can’t` };
  const counts = ANSWERS.map((answer) => item.answers[answer].length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    return (
      <QuietLine>
        <Trans>Nobody has answered yet. All members see the answers.</Trans>
      </QuietLine>
    );
  }
  return (
    <details className={style.tally}>
      <summary>
        <span>
          <Plural
            value={item.answers.yes.length}
            one="# is coming"
            other="# are coming"
          />
        </span>
        <span className={style.meter} aria-hidden="true">
          {ANSWERS.map((answer) => (
            <i
              key={answer}
              data-answer={answer}
              style={{ flexGrow: item.answers[answer].length }}
            />
          ))}
        </span>
        <span>
          <Plural value={total} one="# answer" other="# answers" />
        </span>
      </summary>
      <dl>
        {ANSWERS.filter((answer) => item.answers[answer].length > 0).map(
          (answer) => (
            <div key={answer}>
              <dt>
                {words[answer]} (
                {formatNumber(item.answers[answer].length, locale)})
              </dt>
              <dd dir="auto">
                {item.answers[answer].map((person) => person.name).join("، ")}
              </dd>
            </div>
          ),
        )}
      </dl>
      <QuietLine>
        <Trans>All members see the answers.</Trans>
      </QuietLine>
    </details>
  );
}
