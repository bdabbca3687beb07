// The part of a circle that is loaded, and what happens at its two ends.

import type { TimelineItem } from "@halqa/engine";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type RefObject,
} from "react";
import { useRun, useTimeline } from "../../client/EngineContext.ts";
import { withLeaving, type LeavingMessage } from "./leaving-messages.ts";
import {
  firstUnread,
  timelineRows,
  type TimelineRow,
} from "./timeline-rows.ts";

/** One screen and some; older ones come as the reader goes up. */
const FIRST_LIMIT = 60;
const LIMIT_STEP = 100;
/** As many as a window of the engine holds. */
const MOST_ITEMS = 2_000;
const FLASH_MS = 1_200;

type Box = RefObject<HTMLDivElement | null>;

export interface TimelineWindow {
  /** Undefined until the engine has told them. */
  readonly items: readonly TimelineItem[] | undefined;
  readonly rows: readonly TimelineRow[];
  /** How many are asked for. */
  readonly limit: number;
  readonly readTo: number;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  /** As much as there can be: for what is looked for further up. */
  readonly loadAll: () => void;
}

/** Watches the newest items of a circle, at least all that had not been read when it was opened. */
export function useTimelineWindow(
  circle: string,
  unread: number,
  leaving: readonly LeavingMessage[],
): TimelineWindow {
  const [limit, setLimit] = useState(() =>
    Math.min(
      MOST_ITEMS,
      Math.max(
        FIRST_LIMIT,
        unread + LIMIT_STEP / 2,
        placeByCircle.get(circle)?.limit ?? 0,
      ),
    ),
  );
  const view = useTimeline(circle, limit);
  const items = view?.items;
  const unreadId = useUnreadLine(items, view?.readTo);
  const rows = useMemo(
    () => timelineRows(withLeaving(items ?? [], leaving), unreadId),
    [items, unreadId, leaving],
  );
  const loadMore = useCallback(() => {
    setLimit((now) => Math.min(MOST_ITEMS, now + LIMIT_STEP));
  }, []);
  const loadAll = useCallback(() => setLimit(MOST_ITEMS), []);
  return {
    items,
    rows,
    limit,
    readTo: view?.readTo ?? -1,
    hasMore: view?.more === true && limit < MOST_ITEMS,
    loadMore,
    loadAll,
  };
}

/**
 * Before which item the line of what is new stands. It is settled when the reader comes, by opening the circle or by coming
 * back to the window, and stays until the reader leaves: what arrives before the reader's eyes is not "new".
 */
function useUnreadLine(
  items: readonly TimelineItem[] | undefined,
  readTo: number | undefined,
): string | undefined {
  const [line, setLine] = useState<Line>({ kind: "open" });
  const isHere = useSyncExternalStore(subscribeFocus, hasFocus);
  useEffect(() => {
    if (isHere) return undefined;
    // Left: whatever comes from now on is new.
    const timer = setTimeout(() => setLine({ kind: "open" }));
    return () => clearTimeout(timer);
  }, [isHere]);
  if (line.kind === "open" && items !== undefined && readTo !== undefined) {
    const first = firstUnread(items, readTo);
    if (first !== undefined || isHere) {
      setLine({ kind: "settled", id: first?.id });
    }
  }
  return line.kind === "settled" ? line.id : undefined;
}

type Line =
  | { readonly kind: "open" }
  | { readonly kind: "settled"; readonly id: string | undefined };

function hasFocus(): boolean {
  return document.hasFocus();
}

function subscribeFocus(onChange: () => void): () => void {
  addEventListener("focus", onChange);
  addEventListener("blur", onChange);
  return () => {
    removeEventListener("focus", onChange);
    removeEventListener("blur", onChange);
  };
}

/** Calls back when the reader comes near the oldest item that is shown. */
export function useNearTop(
  scroller: Box,
  top: Box,
  onNear: (() => void) | undefined,
): void {
  useEffect(() => {
    if (onNear === undefined || top.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onNear();
      },
      { root: scroller.current, rootMargin: "800px 0px 0px" },
    );
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [scroller, top, onNear]);
}

/** Where the reader was in each circle, for as long as the page lives. */
const placeByCircle = new Map<string, Place>();

interface Place {
  readonly scrollTop: number;
  /** How much was loaded there. */
  readonly limit: number;
}

/** Opens at the unread line where it lies further up than a screen; else where the reader left; else at the end. */
export function useOpening(
  scroller: Box,
  { circle, limit, isLoaded }: Opening,
): void {
  const latest = useRef(limit);
  useEffect(() => {
    latest.current = limit;
  });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!isLoaded || element === null) return undefined;
    const line = element.querySelector("[data-unread-line]");
    if (line) line.scrollIntoView({ block: "start" });
    else element.scrollTo({ top: placeByCircle.get(circle)?.scrollTop ?? 0 });
    return () => {
      const { scrollTop } = element;
      placeByCircle.set(circle, { scrollTop, limit: latest.current });
    };
  }, [scroller, circle, isLoaded]);
}

interface Opening {
  readonly circle: string;
  readonly limit: number;
  readonly isLoaded: boolean;
}

const keepsPlace =
  typeof CSS === "undefined" || CSS.supports("overflow-anchor", "auto");

/** Keeps what is read in its place while others go on, in browsers that do not do so by themselves (WebKit). */
export function useSteadyScroll(
  scroller: Box,
  items: readonly TimelineItem[] | undefined,
): void {
  const before = useRef({ last: "", height: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (keepsPlace || element === null) return;
    const last = items?.at(-1)?.id ?? "";
    const height = element.scrollHeight;
    const isAppended = last !== before.current.last;
    // History that is put in front moves nothing: the scroller runs in reverse.
    if (isAppended && element.scrollTop < 0) {
      element.scrollBy({ top: before.current.height - height });
    }
    before.current = { last, height };
  }, [scroller, items]);
}

interface Reading {
  readonly circle: string;
  readonly window: TimelineWindow;
  readonly isAtEnd: boolean;
}

/** Tells the engine what was read: only what the reader has before the eyes, in a window that has the focus. */
export function useMarkRead({ circle, window, isAtEnd }: Reading): void {
  const run = useRun();
  const { items, readTo } = window;
  const newest = items?.findLast((item) => item.ordinal !== undefined)?.ordinal;
  useEffect(() => {
    if (newest === undefined || newest <= readTo || !isAtEnd) return undefined;
    const mark = (): void => {
      if (document.visibilityState !== "visible") return;
      if (!document.hasFocus()) return;
      void run({ command: "mark-read", circle, to: newest });
    };
    mark();
    addEventListener("focus", mark);
    return () => removeEventListener("focus", mark);
  }, [run, circle, newest, readTo, isAtEnd]);
}

/** Brings an item into view and lets it stand out for a moment; false where it is not shown. */
export function flashItem(scroller: HTMLElement | null, id: string): boolean {
  const element = scroller?.querySelector<HTMLElement>(
    `[data-item="${CSS.escape(id)}"]`,
  );
  if (!element) return false;
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
  element.dataset["flash"] = "";
  setTimeout(() => delete element.dataset["flash"], FLASH_MS);
  return true;
}
