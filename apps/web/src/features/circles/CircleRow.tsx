import type { CircleSummary } from "@halqa/engine";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { CircleAlert, Clock3 } from "lucide-react";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import { formatRecent } from "../../ui/format-time.ts";
import { Spoken } from "../../ui/Spoken.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import style from "./CircleRow.module.css";

interface CircleRowProps {
  readonly circle: CircleSummary;
  readonly now: number;
  readonly href: string;
  readonly isCurrent: boolean;
}

export function CircleRow({ circle, now, href, isCurrent }: CircleRowProps) {
  const locale = useLocale();
  return (
    <li>
      <a
        href={href}
        className={style.row}
        aria-current={isCurrent ? "page" : undefined}
      >
        <CircleEmblem
          name={circle.name}
          members={circle.members}
          stewards={circle.stewards}
          size="row"
        />
        <span className={style.words}>
          <span className={style.name}>
            <span className={style.text} dir="auto">
              {circle.name}
            </span>
          </span>
          <span className={style.last}>
            {circle.draft ? (
              <>
                <span className={style.draft}>
                  <Trans>Draft:</Trans>
                </span>
                <span className={style.text} dir="auto">
                  {circle.draft}
                </span>
              </>
            ) : (
              <LastLine circle={circle} />
            )}
          </span>
        </span>
        <span className={style.side}>
          {circle.last && (
            <time className={style.time}>
              {formatRecent(circle.last.at, now, locale)}
            </time>
          )}
          <Marks circle={circle} />
        </span>
      </a>
    </li>
  );
}

function Marks({ circle }: { readonly circle: CircleSummary }) {
  const locale = useLocale();
  const { unread, requests, alarms, mentions } = circle;
  return (
    <span className={style.marks}>
      {alarms.length > 0 && (
        <span className={style.alarm}>
          <CircleAlert aria-hidden="true" />
          <Spoken>
            <Trans>Needs a look</Trans>
          </Spoken>
        </span>
      )}
      {requests > 0 && circle.steward && (
        <span className={style.requests}>
          <Plural value={requests} one="# request" other="# requests" />
        </span>
      )}
      {mentions > 0 && (
        <span className={style.mention}>
          <span aria-hidden="true">@</span>
          <Spoken>
            <Trans>You are mentioned</Trans>
          </Spoken>
        </span>
      )}
      {unread > 0 && (
        <span className={style.count}>
          <span aria-hidden="true">{formatNumber(unread, locale)}</span>
          <Spoken>
            <Plural value={unread} one="# new message" other="# new messages" />
          </Spoken>
        </span>
      )}
    </span>
  );
}

const standings: Partial<Record<CircleSummary["standing"], MessageDescriptor>> =
  {
    founding: msg`Being set up …`,
    waiting: msg`Waiting until a steward lets you in`,
    joining: msg`You were let in. One moment …`,
    declined: msg`Your request was declined`,
    removed: msg`You are no longer a member`,
    halted: msg`This device cannot follow any more`,
    restored: msg`Out of your backup: ask to be let in again`,
  };

function LastLine({ circle }: { readonly circle: CircleSummary }) {
  const { i18n } = useLingui();
  const { last, standing } = circle;
  const words = circle.closed
    ? msg`This circle is closed`
    : standings[standing];
  if (words !== undefined && (standing !== "founding" || !last)) {
    return <span className={style.text}>{i18n._(words)}</span>;
  }
  if (last === undefined) {
    return (
      <span className={style.text}>
        <Trans>Nothing said yet</Trans>
      </span>
    );
  }
  const author = last.author;
  return (
    <>
      {last.state === "queued" && (
        <Clock3 aria-hidden="true" className={style.waits} />
      )}
      {author?.own === true && (
        <span className={style.author}>
          <Trans>You:</Trans>
        </span>
      )}
      {author && !author.own && (
        <span className={style.author}>
          <bdi>{author.name}</bdi>
          {":"}
        </span>
      )}
      <span className={style.text} dir="auto">
        <LastText last={last} />
      </span>
    </>
  );
}

function LastText({
  last,
}: {
  readonly last: NonNullable<CircleSummary["last"]>;
}) {
  switch (last.item) {
    case "message":
      return last.text === "" && last.attachment ? (
        <Trans>Something that is not text</Trans>
      ) : (
        last.text
      );
    case "minutes":
      return (
        <Trans>
          Minutes: <bdi>{last.text}</bdi>
        </Trans>
      );
    case "poll":
      return (
        <Trans>
          Question: <bdi>{last.text}</bdi>
        </Trans>
      );
    case "task":
      return (
        <Trans>
          Task: <bdi>{last.text}</bdi>
        </Trans>
      );
    case "notice":
      return (
        <Trans>
          Meeting: <bdi>{last.text}</bdi>
        </Trans>
      );
    case "change":
      return <Trans>Something changed in the circle</Trans>;
    case "gone":
      return <Trans>A message was deleted</Trans>;
    case "unreadable":
      return <Trans>A message that cannot be shown</Trans>;
  }
}
