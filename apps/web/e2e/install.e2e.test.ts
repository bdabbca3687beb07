// Coming onto the home screen: when it is offered, that a refusal holds, and what stands there where it is done by hand.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { overflow, smallTargets } from "./support/looks.ts";
import { foundCircle, goTo, hear, meetPerson, say } from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { takePicture } from "./support/visit.ts";

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
  ar: { install: "تثبيت", no: "لا، شكرًا", own: "ثبّت حلقة" },
  en: { install: "Install", no: "No, thank you", own: "Install Halqa" },
} as const;
const LANGUAGES = ["ar", "en"] as const;

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

/** What a browser does that can install; tells whether its own question was held back. */
function offer(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const event = new Event("beforeinstallprompt", { cancelable: true });
    const prompt = (): Promise<void> => {
      document.documentElement.dataset["prompted"] = "";
      return Promise.resolve();
    };
    dispatchEvent(Object.assign(event, { prompt }));
    return event.defaultPrevented;
  });
}

const bar = (page: Page) => page.locator("[data-install-offer]");

async function check(page: Page, name: string): Promise<void> {
  expect(await findAccessibilityFaults(page), name).toEqual([]);
  expect(await overflow(page), name).toBeLessThanOrEqual(0);
  expect(await smallTargets(page), name).toEqual([]);
  await takePicture(page, name);
}

describe("the home screen", () => {
  it.each(LANGUAGES)(
    "[AP-91] is offered after the first message, and a refusal holds, in %s",
    async (language) => {
      const { origin } = app;
      const person = await meetPerson(browser, {
        origin,
        name: "Nour",
        language,
      });
      const { page } = person;
      const place = await foundCircle(person, origin, "Bakery");
      expect(await offer(page)).toBe(true);
      await goTo(page, "#/");
      await page.locator(`a[href="${place}"]`).first().waitFor();
      expect(await bar(page).count()).toBe(0);
      await goTo(page, place);
      await say(person, "one");
      await hear(person, "one");
      expect(await bar(page).count()).toBe(0);
      await goTo(page, "#/");
      await bar(page).waitFor();
      await check(page, `install-offer-${language}`);
      const { no, own } = WORDS[language];
      await page.getByRole("button", { name: no }).click();
      await bar(page).waitFor({ state: "detached" });
      await page.reload();
      await page.locator(`a[href="${place}"]`).first().waitFor();
      await offer(page);
      await goTo(page, "#/me");
      await page.getByRole("button", { name: own }).waitFor();
      expect(await bar(page).count()).toBe(0);
      await check(page, `install-me-${language}`);
      await page.getByRole("button", { name: own }).click();
      await page.locator("html[data-prompted]").waitFor();
      // The browser's question counts once; the way there stays.
      await page.locator('[data-install="browser"]').waitFor();
      await person.context.close();
    },
  );

  it.each(LANGUAGES)(
    "[AP-91] is explained with signs on an iPhone, also inside of another app, in %s",
    async (locale) => {
      for (const [end, steps] of [
        [" Version/18.5 Mobile/15E148 Safari/604.1", 3],
        [" Mobile/15E148 [FBAN/FBIOS]", 2],
      ] as const) {
        const userAgent = IPHONE + end;
        const context = await browser.newContext({ locale, userAgent });
        const page = await context.newPage();
        page.setDefaultTimeout(20_000);
        await page.goto(app.origin);
        const list = page.locator("[data-install-steps] > li");
        await list.first().waitFor();
        expect(await list.count()).toBe(steps);
        expect(await list.locator("svg").count()).toBe(steps);
        await check(page, `install-steps-${locale}-${steps}`);
        await context.close();
      }
    },
  );

  it("[AP-91] is spoken of no more once the app runs there", async () => {
    const { origin } = app;
    const person = await meetPerson(browser, {
      origin,
      name: "Nour",
      language: "en",
    });
    const { page } = person;
    await page.addInitScript(() => {
      const real = window.matchMedia.bind(window);
      window.matchMedia = (query) =>
        real(query.includes("standalone") ? "all" : query);
    });
    await foundCircle(person, origin, "Bakery");
    await goTo(page, "#/me");
    await page.getByRole("heading", { name: "Me", level: 1 }).waitFor();
    expect(await page.locator("[data-install]").count()).toBe(0);
    await person.context.close();
  });
});
