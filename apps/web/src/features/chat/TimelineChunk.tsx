import { Trans } from "@lingui/react/macro";
import { memo } from "react";
import { formatDay } from "../../ui/format-time.ts";
import { useLocale } from "../../ui/use-locale.ts";
import { useNow } from "../../ui/use-now.ts";
import { ChangeLine, GoneTile, UnreadableTile } from "./QuietItems.tsx";
import { Message } from "./Message.tsx";
import { NoticeCard } from "./NoticeCard.tsx";
import { PollCard } from "./PollCard.tsx";
import { MinutesCard, TaskCard } from "./TaskCard.tsx";
import type { TimelineRow } from "./timeline-rows.ts";
import style from "./Timeline.module.css";

interface TimelineChunkProps {
  readonly rows: readonly TimelineRow[];
  readonly circle: string;
  readonly canWrite: boolean;
  readonly isSteward: boolean;
  /** The member key of this device's person. */
  readonly me: string;
  /** Near the end: always laid out, so that nothing jumps where people read. */
  readonly isNear: boolean;
  readonly onMenu: (id: string) => void;
  readonly onJump: (id: string) => void;
}

/** Some fifty items that the browser lays out only when they come near the screen. */
export function TimelineChunk({ rows, isNear, ...rest }: TimelineChunkProps) {
  return (
    <div className={isNear ? style.near : style.chunk}>
      {rows.map(({ item, ...row }) => (
        <Row key={item.id} item={item} {...row} {...rest} />
      ))}
    </div>
  );
}

type RowProps = TimelineRow & Omit<TimelineChunkProps, "rows" | "isNear">;

const Row = memo(function Row({
  item,
  opensDay,
  opensUnread,
  ...rest
}: RowProps) {
  return (
    <>
      {opensDay && <DayHeading at={item.at} />}
      {opensUnread && (
        <p className={style.unread} data-unread-line="">
          <span>
            <Trans>New messages</Trans>
          </span>
        </p>
      )}
      <Item item={item} {...rest} />
    </>
  );
});

function Item({
  item,
  isFirst,
  isLast,
  circle,
  canWrite,
  isSteward,
  me,
  onMenu,
  onJump,
}: Omit<RowProps, "opensDay" | "opensUnread">) {
  switch (item.item) {
    case "message":
      return (
        <Message
          item={item}
          circle={circle}
          isFirst={isFirst}
          isLast={isLast}
          canWrite={canWrite}
          onMenu={onMenu}
          onJump={onJump}
        />
      );
    case "notice":
      return (
        <NoticeCard
          item={item}
          circle={circle}
          canWrite={canWrite}
          onMenu={onMenu}
        />
      );
    case "change":
      return <ChangeLine item={item} />;
    case "unreadable":
      return <UnreadableTile item={item} />;
    case "poll":
      return (
        <PollCard
          item={item}
          circle={circle}
          canWrite={canWrite}
          onMenu={onMenu}
        />
      );
    case "task":
      return (
        <TaskCard
          item={item}
          circle={circle}
          me={me}
          canWrite={canWrite}
          isSteward={isSteward}
          onMenu={onMenu}
        />
      );
    case "minutes":
      return <MinutesCard item={item} onMenu={onMenu} />;
    case "gone":
      return <GoneTile item={item} />;
  }
}

function DayHeading({ at }: { readonly at: number }) {
  const locale = useLocale();
  const now = useNow();
  return (
    <h2 className={style.day} data-day={at}>
      <time>{formatDay(at, now, locale)}</time>
    </h2>
  );
}
