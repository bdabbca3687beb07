import { useEffect, useRef, useState } from "react";

/** How long the day stays after the last movement. */
const STAY_MS = 900;
/** As high as the floating day is: a heading there says it itself. */
const ROOM_PX = 44;

export interface ScrolledDay {
  /** The day at the upper edge, while the reader moves and its heading is out of sight. */
  readonly at: number | undefined;
  readonly update: (scroller: HTMLElement) => void;
}

/** Tells the day that the reader is passing. */
export function useScrolledDay(): ScrolledDay {
  const [at, setAt] = useState<number>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const update = (scroller: HTMLElement): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAt(undefined), STAY_MS);
    const { top } = scroller.getBoundingClientRect();
    const passed = [
      ...scroller.querySelectorAll<HTMLElement>("[data-day]"),
    ].findLast(
      (heading) => heading.getBoundingClientRect().top < top + ROOM_PX,
    );
    const isInSight =
      passed === undefined || passed.getBoundingClientRect().bottom > top;
    setAt(isInSight ? undefined : Number(passed.dataset["day"]));
  };
  return { at, update };
}
