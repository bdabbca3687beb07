import type { MessageItem, NoticeItem, TimelineItem } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ArrowDown } from "lucide-react";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { formatDay } from "../../ui/format-time.ts";
import { useLocale } from "../../ui/use-locale.ts";
import { useNow } from "../../ui/use-now.ts";
import { Announcer } from "./Announcer.tsx";
import { MessageMenu } from "./MessageMenu.tsx";
import { closeItems, moveFocus } from "./move-focus.ts";
import type { ReplyTarget } from "./reply-target.ts";
import { isUnread, type TimelineRow } from "./timeline-rows.ts";
import style from "./Timeline.module.css";
import { TimelineChunk } from "./TimelineChunk.tsx";
import { useScrolledDay } from "./use-scrolled-day.ts";
import {
  flashItem,
  useMarkRead,
  useNearTop,
  useOpening,
  useSteadyScroll,
  useTimelineWindow,
} from "./use-timeline-window.ts";

/** How near to the end still counts as the end. */
const END_PX = 48;

interface TimelineProps {
  readonly circle: string;
  readonly unread: number;
  /** Counts what was sent here: each brings the end back into view. */
  readonly sent: number;
  readonly canWrite: boolean;
  readonly empty: ReactNode;
  readonly onReply: (target: ReplyTarget) => void;
}

/**
 * What was said, newest at the end. The scroller runs in reverse, so that history which is put before what is read never
 * moves it, and chunks out of sight are not laid out.
 */
export function Timeline(props: TimelineProps) {
  const { circle, sent, empty } = props;
  const { t } = useLingui();
  const window = useTimelineWindow(circle, props.unread);
  const { items, rows, hasMore } = window;
  const scroller = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [menuId, setMenuId] = useState<string>();
  const scrolledDay = useScrolledDay();
  useNearTop(scroller, top, hasMore ? window.loadMore : undefined);
  useOpening(scroller, items !== undefined);
  useSteadyScroll(scroller, items);
  useMarkRead({ circle, window, isAtEnd });
  useEffect(() => {
    if (sent > 0) scroller.current?.scrollTo({ top: 0 });
  }, [sent]);

  const { loadAll } = window;
  const onJump = useCallback(
    (id: string) => {
      if (!flashItem(scroller.current, id) && hasMore) loadAll();
    },
    [hasMore, loadAll],
  );
  useLayoutEffect(() => {
    if (scroller.current && rows.length > 0) closeItems(scroller.current);
  }, [rows]);
  return (
    <div className={style.frame}>
      <div
        ref={scroller}
        className={style.scroller}
        role="group"
        aria-label={t`Messages`}
        tabIndex={0}
        onFocus={({ currentTarget }) => closeItems(currentTarget)}
        onScroll={({ currentTarget }) => {
          setAtEnd(currentTarget.scrollTop > -END_PX);
          scrolledDay.update(currentTarget);
        }}
        onKeyDown={(event) => moveFocus(event, setMenuId)}
      >
        <div className={style.inner}>
          <div ref={top} />
          <Chunks
            rows={rows}
            circle={circle}
            canWrite={props.canWrite}
            onMenu={setMenuId}
            onJump={onJump}
          />
          {items?.every(({ item }) => item === "change") && empty}
        </div>
      </div>
      {scrolledDay.at !== undefined && <FloatingDay at={scrolledDay.at} />}
      {!isAtEnd && (
        <JumpToEnd
          unread={countUnread(items ?? [], window.readTo)}
          onPress={() => {
            scroller.current?.scrollTo({ top: 0, behavior: "smooth" });
          }}
        />
      )}
      <Announcer items={items} />
      <Menu {...props} items={items} id={menuId} onId={setMenuId} />
      {items === undefined && (
        <p className={style.loading} aria-busy="true">
          <Trans>Opening …</Trans>
        </p>
      )}
    </div>
  );
}

interface MenuProps extends TimelineProps {
  readonly items: readonly TimelineItem[] | undefined;
  readonly id: string | undefined;
  readonly onId: (id: string | undefined) => void;
}

/** The menu of the chosen item, for as long as that item is there. */
function Menu({ items, id, onId, onReply, ...props }: MenuProps) {
  const item = items?.find(
    (one): one is MessageItem | NoticeItem =>
      one.id === id && (one.item === "message" || one.item === "notice"),
  );
  if (item === undefined) return null;
  return (
    <MessageMenu
      circle={props.circle}
      item={item}
      canWrite={props.canWrite}
      onReply={(target) => {
        onId(undefined);
        onReply(target);
      }}
      onClose={() => onId(undefined)}
    />
  );
}

interface JumpToEndProps {
  readonly unread: number;
  readonly onPress: () => void;
}

function JumpToEnd({ unread, onPress }: JumpToEndProps) {
  const { t } = useLingui();
  return (
    <button
      type="button"
      className={style.jump}
      aria-label={t`To the newest message`}
      onClick={onPress}
    >
      <ArrowDown aria-hidden="true" />
      {unread > 0 && (
        <span className={style.below}>
          <Plural value={unread} one="# new" other="# new" />
        </span>
      )}
    </button>
  );
}

/** Which day one is passing: for the eye alone, the headings say it to everybody. */
function FloatingDay({ at }: { readonly at: number }) {
  const locale = useLocale();
  const now = useNow();
  return (
    <p className={style.floating} aria-hidden="true">
      <time>{formatDay(at, now, locale)}</time>
    </p>
  );
}

type ChunksProps = Omit<Parameters<typeof TimelineChunk>[0], "isNear">;

const CHUNK_ITEMS = 50;

function Chunks({ rows, ...rest }: ChunksProps) {
  const chunks = new Map<number, TimelineRow[]>();
  let number = 0;
  for (const row of rows) {
    // By position in the circle, so that older ones in front move no row into another chunk.
    if (row.item.ordinal !== undefined) {
      number = Math.floor(row.item.ordinal / CHUNK_ITEMS);
    }
    const chunk = chunks.get(number) ?? [];
    chunk.push(row);
    chunks.set(number, chunk);
  }
  return [...chunks].map(([key, own], index) => (
    <TimelineChunk
      key={key}
      rows={own}
      isNear={index >= chunks.size - 2}
      {...rest}
    />
  ));
}

function countUnread(items: readonly TimelineItem[], readTo: number): number {
  return items.filter((item) => isUnread(item, readTo)).length;
}
