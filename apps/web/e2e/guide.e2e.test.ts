// The lessons on staying safe, in the real app: what is ticked stays on the device, and all of them hold in each look.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import { LOOKS, overflow, smallTargets } from "./support/looks.ts";
import { goTo } from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { takePicture, visit } from "./support/visit.ts";

let app: ServedApp;
let browser: Browser;

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

const WORDS = {
  ar: { begin: "ابدأ", me: "أنا", door: /ستة دروس قصيرة/, whole: "٢ من ٢" },
  en: {
    begin: "Begin",
    me: "Me",
    door: /six short lessons/,
    whole: "2 of 2",
  },
} as const;

/** As a person comes there: through the page about oneself. */
async function openGuide(page: Page, locale: "ar" | "en"): Promise<void> {
  await goTo(page, "#/me");
  await page.getByRole("link", { name: WORDS[locale].door }).click();
  await page.locator("[data-lesson]").nth(5).waitFor();
}

async function begin(page: Page, locale: "ar" | "en"): Promise<void> {
  page.setDefaultTimeout(15_000);
  await page.locator("form input").first().fill("Nour");
  const { begin: name } = WORDS[locale];
  await page.getByRole("button", { name, exact: true }).click();
  await page.locator("nav").first().waitFor();
}

describe("staying safe", () => {
  it.each(LOOKS)(
    "[AP-90] [AP-7] [AP-8] teaches in $locale, $theme, on a $screen",
    async ({ locale, theme, screen, viewport }) => {
      const { page, leaks, end } = await visit(browser, {
        origin: app.origin,
        locale,
        colorScheme: theme,
        viewport,
      });
      await begin(page, locale);
      await openGuide(page, locale);
      expect(await page.locator("[data-lesson][open]").count()).toBe(1);
      for (const at of [1, 2, 3, 4, 5])
        await page.locator("[data-lesson] summary").nth(at).press("Enter");
      const lessons = page.locator("[data-lesson]");
      await expect
        .poll(() => page.locator("[data-lesson][open]").count())
        .toBe(6);
      const words = (await lessons.allInnerTexts()).join(" ");
      expect(words).not.toMatch(
        /anonym|unbreakable|audited|encrypt|cipher|\bkeys?\b/i,
      );
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await smallTargets(page)).toEqual([]);
      await takePicture(page, `guide-${locale}-${theme}-${screen}`);
      expect(leaks).toEqual(NO_LEAKS);
      await end();
    },
  );

  it.each(["ar", "en"] as const)(
    "[AP-90] keeps what was ticked in the vault, and nothing beside it, in %s",
    async (locale) => {
      const { page, end } = await visit(browser, {
        origin: app.origin,
        locale,
      });
      await begin(page, locale);
      await openGuide(page, locale);
      const lock = page.locator('[data-lesson="lock"]');
      const boxes = lock.getByRole("checkbox");
      for (const box of await boxes.all()) await box.click();
      await lock.getByText(WORDS[locale].whole).waitFor();
      await page.reload();
      await lock.getByText(WORDS[locale].whole).waitFor();
      await boxes.first().click();
      await expect.poll(() => boxes.first().isChecked()).toBe(false);
      await page.reload();
      await boxes.first().waitFor();
      expect(await boxes.first().isChecked()).toBe(false);
      expect(await boxes.nth(1).isChecked()).toBe(true);
      const kept = await page.evaluate(() => [
        ...Object.keys(localStorage),
        ...Object.keys(sessionStorage),
      ]);
      expect(kept).toEqual([]);
      await end();
    },
  );
});
