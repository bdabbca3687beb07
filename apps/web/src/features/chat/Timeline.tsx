import type { TimelineItem } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ArrowDown } from "lucide-react";
import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { formatDay } from "../../ui/format-time.ts";
import { Spoken } from "../../ui/Spoken.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { useNow } from "../../ui/use-now.ts";
import { Announcer } from "./Announcer.tsx";
import { stillLeaving, type LeavingMessage } from "./leaving-messages.ts";
import { closeItems, moveFocus } from "./move-focus.ts";
import { PinsBar } from "./PinsBar.tsx";
import { canChange, isPost, textOf, type Post, type Rights } from "./posts.ts";
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
  type TimelineWindow,
} from "./use-timeline-window.ts";

const MessageMenu = lazy(async () => ({
  default: (await import("./MessageMenu.tsx")).MessageMenu,
}));

/** How near to the end still counts as the end. */
const END_PX = 48;
/** Some eight lines up: further, the way back is worth a button. */
const FAR_PX = 480;

interface TimelineProps {
  readonly circle: string;
  readonly unread: number;
  /** Counts what was sent here: each brings the end back into view. */
  readonly sent: number;
  /** What was sent and is not stored yet. */
  readonly leaving: readonly LeavingMessage[];
  /** The list holds some of it. */
  readonly onArrived: (left: readonly LeavingMessage[]) => void;
  readonly rights: Rights;
  /** The member key of this device's person. */
  readonly me: string;
  readonly empty: ReactNode;
  /** An item to be brought into view; another object for each wish. */
  readonly jump: JumpWish | undefined;
  /** Counts wishes to change the last own message. */
  readonly editLast: number;
  /** What is being answered: an item that a draft names is looked up here. */
  readonly replyTo: ReplyTarget | undefined;
  readonly onReply: (target: ReplyTarget) => void;
  readonly onEdit: (item: Post) => void;
}

export interface JumpWish {
  readonly id: string;
}

/**
 * What was said, newest at the end. The scroller runs in reverse, so that history which is put before what is read never
 * moves it, and chunks out of sight are not laid out.
 */
export function Timeline(props: TimelineProps) {
  const { circle, sent, empty } = props;
  const { t } = useLingui();
  const window = useTimelineWindow(circle, props.unread, props.leaving);
  const { items, rows, hasMore } = window;
  const scroller = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [isFar, setFar] = useState(false);
  const [menuId, setMenuId] = useState<string>();
  const scrolledDay = useScrolledDay();
  useNearTop(scroller, top, hasMore ? window.loadMore : undefined);
  useOpening(scroller, {
    circle,
    limit: window.limit,
    isLoaded: items !== undefined,
  });
  useSteadyScroll(scroller, items);
  useMarkRead({ circle, window, isAtEnd });
  useEffect(() => {
    if (sent > 0) scroller.current?.scrollTo({ top: 0 });
  }, [sent]);

  useEditLast(props, items);
  useRecalledReply(props, items);
  useArrivals(props, items);
  const below = countUnread(items ?? [], window.readTo);
  const onJump = useJump(scroller, window, props.jump);
  useLayoutEffect(() => {
    if (scroller.current && rows.length > 0) closeItems(scroller.current);
  }, [rows]);
  return (
    <div className={style.frame}>
      <PinsBar pinned={pinnedOf(items)} onJump={onJump} />
      <div
        ref={scroller}
        className={style.scroller}
        role="group"
        aria-label={t`Messages`}
        tabIndex={0}
        onFocus={({ currentTarget }) => closeItems(currentTarget)}
        onScroll={({ currentTarget }) => {
          setAtEnd(currentTarget.scrollTop > -END_PX);
          setFar(currentTarget.scrollTop < -FAR_PX);
          scrolledDay.update(currentTarget);
        }}
        onKeyDown={(event) => moveFocus(event, setMenuId)}
      >
        <div className={style.inner}>
          <div ref={top} />
          <Chunks
            rows={rows}
            circle={circle}
            canWrite={props.rights.canWrite}
            isSteward={props.rights.isSteward}
            me={props.me}
            onMenu={setMenuId}
            onJump={onJump}
          />
          {items && rows.every(({ item }) => item.item === "change") && empty}
        </div>
      </div>
      {scrolledDay.at !== undefined && <FloatingDay at={scrolledDay.at} />}
      {!isAtEnd && (isFar || below > 0) && (
        <JumpToEnd unread={below} onPress={() => goDown(scroller.current)} />
      )}
      <Announcer items={items} />
      <Menu {...props} items={items} id={menuId} onId={setMenuId} />
      {items === undefined && <Outline />}
    </div>
  );
}

interface MenuProps extends TimelineProps {
  readonly items: readonly TimelineItem[] | undefined;
  readonly id: string | undefined;
  readonly onId: (id: string | undefined) => void;
}

/** The menu of the chosen item, for as long as that item is there. */
function Menu({ items, id, onId, onReply, onEdit, ...props }: MenuProps) {
  const item = items?.find((one) => one.id === id);
  if (item === undefined || !isPost(item)) return null;
  const leave = (): void => onId(undefined);
  return (
    <Suspense>
      <MessageMenu
        circle={props.circle}
        item={item}
        rights={props.rights}
        onReply={(target) => {
          leave();
          onReply(target);
        }}
        onEdit={(post) => {
          leave();
          onEdit(post);
        }}
        onClose={leave}
      />
    </Suspense>
  );
}

function useEditLast(
  { editLast, rights, onEdit }: TimelineProps,
  items: readonly TimelineItem[] | undefined,
): void {
  const done = useRef(editLast);
  useEffect(() => {
    if (done.current === editLast) return;
    done.current = editLast;
    const last = items?.findLast(
      (item): item is Post => item.item === "message" && item.author.own,
    );
    if (last && canChange(last, rights)) onEdit(last);
  }, [editLast, items, rights, onEdit]);
}

/** Shows what a draft answers, as soon as that item is loaded. */
function useRecalledReply(
  { replyTo, onReply }: TimelineProps,
  items: readonly TimelineItem[] | undefined,
): void {
  useEffect(() => {
    if (replyTo === undefined || replyTo.shown !== undefined) return;
    const item = items?.find(({ id }) => id === replyTo.id);
    if (item === undefined || !isPost(item)) return;
    const { author } = item;
    onReply({ ...replyTo, shown: { author, text: textOf(item) } });
  }, [replyTo, items, onReply]);
}

/** Forgets what left as soon as the list has it. */
function useArrivals(
  { leaving, onArrived }: TimelineProps,
  items: readonly TimelineItem[] | undefined,
): void {
  useEffect(() => {
    const left = stillLeaving(items ?? [], leaving);
    if (left !== leaving) onArrived(left);
  }, [items, leaving, onArrived]);
}

const NONE: readonly Post[] = [];

function pinnedOf(items: readonly TimelineItem[] | undefined): readonly Post[] {
  return (
    items
      ?.filter(isPost)
      .filter(({ pinnedBy, hidden }) => pinnedBy && !hidden) ?? NONE
  );
}

/** Brings an item into view, and loads what is older until it is there. */
function useJump(
  scroller: React.RefObject<HTMLDivElement | null>,
  { hasMore, loadAll, items }: TimelineWindow,
  wish: JumpWish | undefined,
): (id: string) => void {
  const sought = useRef<string>(undefined);
  const onJump = useCallback(
    (id: string) => {
      const isShown = flashItem(scroller.current, id);
      sought.current = isShown ? undefined : id;
      if (!isShown && hasMore) loadAll();
    },
    [scroller, hasMore, loadAll],
  );
  useEffect(() => {
    if (sought.current && flashItem(scroller.current, sought.current)) {
      sought.current = undefined;
    }
  }, [scroller, items]);
  useEffect(() => {
    if (wish) onJump(wish.id);
    // oxlint-disable-next-line react/exhaustive-deps -- each wish once, however often the way to fulfil it changes
  }, [wish]);
  return onJump;
}

/** To what is new, where that lies below what is read; from there to the end. */
function goDown(scroller: HTMLElement | null): void {
  const line = scroller?.querySelector("[data-unread-line]");
  const bottom = scroller?.getBoundingClientRect().bottom ?? 0;
  if (line && line.getBoundingClientRect().top > bottom) {
    line.scrollIntoView({ block: "start", behavior: "smooth" });
  } else scroller?.scrollTo({ top: 0, behavior: "smooth" });
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

/** The shape of what comes, where it takes a while. */
function Outline() {
  return (
    <div className={style.loading} aria-busy="true">
      <Spoken>
        <Trans>Opening …</Trans>
      </Spoken>
      <i />
      <i />
      <i />
      <i />
    </div>
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
