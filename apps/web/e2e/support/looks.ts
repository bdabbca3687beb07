// The looks in which pages are checked: each language, theme and screen twice, each pair of them once.

import type { Page } from "playwright-core";
import { DESKTOP, PHONE } from "./visit.ts";

export const LOOKS = [
  { locale: "ar", theme: "light", screen: "phone", viewport: PHONE },
  { locale: "en", theme: "dark", screen: "phone", viewport: PHONE },
  { locale: "ar", theme: "dark", screen: "desktop", viewport: DESKTOP },
  { locale: "en", theme: "light", screen: "desktop", viewport: DESKTOP },
] as const;

/** How far the page reaches past the side of the screen. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      document.documentElement.scrollWidth -
      document.documentElement.clientWidth,
  );
}

/** What is too small to be hit: of all targets but links in a text and those whose target reaches beyond what is drawn. */
export function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, a, summary, input")]
      .filter((target) => target.closest("p[dir=auto]") === null)
      .filter((target) => {
        const { width, height } = target.getBoundingClientRect();
        // A pseudo-element may carry the target beyond its box.
        const beyond = getComputedStyle(target, "::after").position;
        const isDrawn = width > 0 && height > 0;
        return isDrawn && beyond !== "absolute" && Math.min(width, height) < 44;
      })
      .map((target) => target.outerHTML.slice(0, 120)),
  );
}
