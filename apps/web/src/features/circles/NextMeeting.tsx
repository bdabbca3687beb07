import { Trans, useLingui } from "@lingui/react/macro";
import { formatCalendarDay, formatClock } from "../../ui/format-time.ts";
import { Day, Leaf } from "../../ui/Leaf.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import type { Meeting } from "./next-meeting.ts";
import style from "./Circles.module.css";

interface NextMeetingProps {
  readonly meeting: Meeting;
  readonly now: number;
  readonly href: string;
  readonly level: 2 | 3;
}

/** The next meeting, as a leaf that leads to its circle. */
export function NextMeeting({ meeting, now, href, level }: NextMeetingProps) {
  const { circle, notice } = meeting;
  const { t } = useLingui();
  const locale = useLocale();
  const answers = {
    yes: t`You answered: coming`,
    maybe: t`You answered: maybe`,
    no: t`You answered: can’t`,
  };
  return (
    <section className={style.next}>
      <p className={style.nextLabel}>
        <Trans>Next meeting</Trans>
      </p>
      <a href={href} className={style.nextLink}>
        <Leaf
          titleLevel={level}
          mark={
            <Day {...formatCalendarDay(notice.when.instant, now, locale)} />
          }
          title={notice.title}
          lines={
            <>
              <p>
                <time>{formatClock(notice.when.instant, { locale })}</time>
                {notice.place && (
                  <>
                    {" · "}
                    <bdi>{notice.place}</bdi>
                  </>
                )}
              </p>
              <p>
                <bdi>{circle.name}</bdi>
                {" · "}
                {notice.ownAnswer ? (
                  answers[notice.ownAnswer]
                ) : (
                  <strong className={style.ask}>
                    <Trans>Are you coming?</Trans>
                  </strong>
                )}
              </p>
            </>
          }
        />
      </a>
    </section>
  );
}
