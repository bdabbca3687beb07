// A visit to the app: one browser context with the reader's language, theme and screen.

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { listenForLeaks, type Leaks } from "./leaks.ts";

export const PHONE = { width: 390, height: 844 };
/** The place of the device check. */
export const DEVICE = "/#/me/device";
export const DESKTOP = { width: 1280, height: 800 };

export interface VisitOptions {
  readonly origin: string;
  /** What the browser asks for. */
  readonly locale: string;
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly reducedMotion?: "reduce";
  /** `block` where a test answers in place of the network: what the service worker keeps it would not see. */
  readonly serviceWorkers?: "block";
  /** Where in the app; the beginning unless told. */
  readonly path?: string;
  /** What happens to the page before it is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

export interface Visit {
  readonly page: Page;
  readonly leaks: Leaks;
  readonly end: () => Promise<void>;
}

/** Opens the app as a new visitor, who has never been here. */
export async function visit(
  browser: Browser,
  { origin, prepare, path = "/", ...options }: VisitOptions,
): Promise<Visit> {
  const context = await browser.newContext({ viewport: PHONE, ...options });
  const page = await context.newPage();
  const leaks = await listenForLeaks(page, origin);
  await prepare?.(page);
  await page.goto(`${origin}${path}`);
  return { page, leaks, end: () => context.close() };
}

/** Waits until every row of the device check has its finding, and tells the state of each. */
export async function checkedRows(
  page: Page,
): Promise<Readonly<Record<string, string>>> {
  await page.locator("[data-check]").nth(4).waitFor();
  await page
    .locator('[data-state="waiting"]')
    .first()
    .waitFor({ state: "detached" });
  const rows = await page
    .locator("[data-check]")
    .evaluateAll((elements) =>
      elements.map((element) => [
        element.getAttribute("data-check"),
        element.getAttribute("data-state"),
      ]),
    );
  return Object.fromEntries(rows);
}

/** Keeps a picture for a person to look at; no test depends on its pixels. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const path = join(import.meta.dirname, "..", ".screenshots", `${name}.png`);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path, fullPage: true });
}
