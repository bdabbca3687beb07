// What is measured inside the page, by its own clock.

import type { Page } from "playwright-core";

/** Milliseconds of the page's life until what a selector finds is painted. */
export function paintedAt(page: Page, selector: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          requestAnimationFrame(() => {
            if (document.querySelector(wanted) === null) look();
            else setTimeout(() => resolve(performance.now()));
          });
        };
        look();
      }),
    selector,
  );
}

export function firstContentfulPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  );
}

/** From the press of Enter until the bubble is painted. */
export function bubbleMs(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        let pressedAt = 0;
        addEventListener(
          "keydown",
          ({ key, timeStamp }) => {
            if (key === "Enter") pressedAt = timeStamp;
          },
          { capture: true, once: true },
        );
        const observer = new MutationObserver(() => {
          const last = [...document.querySelectorAll("[data-item]")].at(-1);
          if (!last?.textContent.includes(wanted)) return;
          observer.disconnect();
          requestAnimationFrame(() => {
            setTimeout(() => resolve(performance.now() - pressedAt));
          });
        });
        observer.observe(document.body, { childList: true, subtree: true });
      }),
    text,
  );
}

export interface Smoothness {
  readonly longTasks: number;
  /** How far what is read was moved by anything but the scrolling. */
  readonly jumpPx: number;
}

declare global {
  interface Window {
    endWatch?: () => Smoothness;
    keysTook?: readonly number[];
  }
}

/** Watches long tasks and the place of what is read, until `endWatch`. */
export async function watchScroll(page: Page): Promise<void> {
  await page.evaluate(() => {
    let longTasks = 0;
    let jumpPx = 0;
    let isOver = false;
    new PerformanceObserver((list) => {
      longTasks += list.getEntries().length;
    }).observe({ type: "longtask" });
    const scroller = document.querySelector('[role="group"][tabindex="0"]');
    let mark: { element: Element; at: number } | undefined;
    const step = (): void => {
      if (isOver || scroller === null) return;
      const middle = scroller.getBoundingClientRect();
      const offset = (element: Element): number =>
        element.getBoundingClientRect().top + scroller.scrollTop;
      if (mark?.element.isConnected === true) {
        jumpPx = Math.max(jumpPx, Math.abs(offset(mark.element) - mark.at));
      }
      const element = document
        .elementFromPoint(
          middle.x + middle.width / 2,
          middle.y + middle.height / 2,
        )
        ?.closest("[data-item]");
      mark = element ? { element, at: offset(element) } : undefined;
      requestAnimationFrame(step);
    };
    step();
    window.endWatch = () => {
      isOver = true;
      return { longTasks, jumpPx: Math.round(jumpPx) };
    };
  });
}

/** How long each press of a key took until the next paint, from here on; collected on the page. */
export async function watchKeys(
  page: Page,
): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const took: number[] = [];
    window.keysTook = took;
    addEventListener(
      "keydown",
      ({ timeStamp }) => {
        requestAnimationFrame(() => {
          setTimeout(() => took.push(performance.now() - timeStamp));
        });
      },
      { capture: true },
    );
  });
  return () => page.evaluate(() => window.keysTook ?? []);
}
