// Around the circles: what a first visit fetches, the words of other languages, new versions that are found by themselves, and
// the number on the app's sign.

import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { smallTargets } from "./support/looks.ts";
import {
  askToJoin,
  composer,
  foundCircle,
  goTo,
  hear,
  makeInvite,
  meetPerson,
  say,
} from "./support/people.ts";
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

const LANGUAGES = ["ar", "en"] as const;
const PATIENT = { timeout: 20_000 };

/** The languages whose words can be read without a network. */
async function languagesKept(page: Page): Promise<readonly string[]> {
  const urls = await page.evaluate(async () => {
    const names = await caches.keys();
    const kept = names.map(async (name) =>
      (await (await caches.open(name)).keys()).map(({ url }) => url),
    );
    return (await Promise.all(kept)).flat();
  });
  const words = /\/assets\/(ar|en|es|fr|de|kmr|ckb)-[\w-]+\.js$/;
  return [
    ...new Set(urls.flatMap((url) => words.exec(url)?.[1] ?? [])),
  ].toSorted();
}

function controlled(page: Page) {
  return page.waitForFunction(
    () => navigator.serviceWorker.controller !== null,
  );
}

async function replaceBuild(own: ServedApp): Promise<void> {
  await own.replace((folder) => {
    appendFileSync(join(folder, "sw.js"), "\n// another build");
    for (const form of ["br", "gz"]) rmSync(join(folder, `sw.js.${form}`));
  });
}

describe("the words", () => {
  it.each(LANGUAGES)(
    "[AP-94] [AP-23] of one language come first, and those of the others later: %s",
    async (locale) => {
      const context = await browser.newContext({ locale });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(app.origin);
      await controlled(page);
      await expect.poll(() => languagesKept(page), PATIENT).toEqual([locale]);
      await context.setOffline(true);
      await page.reload();
      const begin = locale === "ar" ? "ابدأ" : "Begin";
      await page.getByRole("button", { name: begin, exact: true }).waitFor();
      await page.getByRole("button", { name: "Deutsch" }).click();
      await page.getByRole("alert").waitFor();
      expect(await page.locator("html").getAttribute("lang")).toBe(locale);
      await context.setOffline(false);
      await page.reload();
      await expect
        .poll(async () => (await languagesKept(page)).length, PATIENT)
        .toBe(7);
      await context.setOffline(true);
      await page.reload();
      await page.getByRole("button", { name: "Deutsch" }).click();
      await page.locator('html[lang="de"]').waitFor();
      await context.close();
    },
  );

  it("[AP-94] of a language chosen on the way are kept as well", async () => {
    const context = await browser.newContext({ locale: "en" });
    const page = await context.newPage();
    await page.goto(app.origin);
    await page.getByRole("button", { name: "Kurdî" }).click();
    await page.locator('html[lang="kmr"]').waitFor();
    await controlled(page);
    await expect.poll(() => languagesKept(page), PATIENT).toContain("kmr");
    await context.setOffline(true);
    await page.reload();
    await page.locator("form h1").waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("kmr");
    await context.close();
  });
});

describe("a new version", () => {
  it("[AP-93] [AP-94] is found when the app comes to the front, and reads without a network what the last one did", async () => {
    const own = await serveApp(() => undefined);
    const person = await meetPerson(browser, {
      origin: own.origin,
      name: "Nour",
      language: "en",
    });
    const { page, context } = person;
    const place = await foundCircle(person, own.origin, "Updates");
    await controlled(page);
    await expect.poll(() => languagesKept(page), PATIENT).toEqual(["en"]);
    await composer(page).fill("not yet sent");
    await replaceBuild(own);
    await page.evaluate(() =>
      document.dispatchEvent(new Event("visibilitychange")),
    );
    await page.getByText("A new version is here.").waitFor();
    expect(await composer(page).inputValue()).toBe("not yet sent");
    const reloaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Reload" }).click();
    await reloaded;
    await composer(page).waitFor();
    expect(await languagesKept(page)).toContain("en");
    await context.setOffline(true);
    await page.reload();
    await composer(page).waitFor();
    expect(place).toContain("circle");
    await context.close();
    await own.stop();
  });
});

describe("what is new", () => {
  it.each(LANGUAGES)(
    "[AP-92] is counted on the sign and in the title until it was read, in %s",
    async (language) => {
      const { origin } = app;
      const nour = await meetPerson(browser, {
        origin,
        name: "Nour",
        language,
      });
      const sami = await meetPerson(browser, {
        origin,
        name: "Sami",
        language: "en",
      });
      await nour.page.addInitScript(() => {
        navigator.setAppBadge = (count) => {
          document.documentElement.dataset["badge"] = String(count);
          return Promise.resolve();
        };
      });
      const place = await foundCircle(nour, origin, "Secret bakery");
      const link = await makeInvite(nour, place, "auto");
      await askToJoin(sami, link);
      await composer(sami.page).waitFor();
      await goTo(nour.page, "#/");
      await say(sami, "bread at seven");
      const title = () => nour.page.title();
      await expect.poll(title, PATIENT).toMatch(/^\([1١]\) (?:Halqa|حلقة)$/);
      await nour.page.locator('html[data-badge="1"]').waitFor();
      await goTo(nour.page, place);
      await nour.page.bringToFront();
      await hear(nour, "bread at seven");
      await expect.poll(title, PATIENT).toMatch(/^(?:Halqa|حلقة)$/);
      await nour.page.locator('html[data-badge="0"]').waitFor();
      await nour.context.close();
      await sami.context.close();
    },
  );
});

/** As the device does it: a form that comes from outside of the app. */
async function handOver(
  page: Page,
  parts: Readonly<Record<string, string>>,
): Promise<void> {
  await page.goto("about:blank");
  await page.evaluate(
    ([action, fields]) => {
      const form = document.createElement("form");
      Object.assign(form, { action, method: "post" });
      form.enctype = "multipart/form-data";
      for (const [name, value] of Object.entries(fields)) {
        const input = document.createElement("input");
        form.append(Object.assign(input, { name, value }));
      }
      document.body.append(form);
      form.submit();
    },
    [`${app.origin}/share`, parts] as const,
  );
}

describe("a text of another app", () => {
  it.each(LANGUAGES)(
    "[AP-95] goes into the box of the circle that is chosen, once, and nowhere else, in %s",
    async (language) => {
      const { origin } = app;
      const person = await meetPerson(browser, {
        origin,
        name: "Nour",
        language,
      });
      const { page, context } = person;
      await foundCircle(person, origin, "Bakery");
      await composer(page).fill("begun");
      await controlled(page);
      // Kept before the page goes (AP-40).
      await page.reload();
      await composer(page).waitFor();
      await handOver(page, {
        title: "canary flour",
        text: "canary flour",
        url: "https://example.org/flour",
      });
      await page.waitForURL(`${origin}/#/share`);
      await page.getByText("canary flour").waitFor();
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await smallTargets(page)).toEqual([]);
      await takePicture(page, `share-${language}`);
      await page.getByRole("button", { name: "Bakery" }).click();
      await composer(page).waitFor();
      expect(await composer(page).inputValue()).toBe(
        "begun\ncanary flour\nhttps://example.org/flour",
      );
      expect(
        await page.locator("[data-item]", { hasText: "canary" }).count(),
      ).toBe(0);
      const kept = await page.evaluate(async () => {
        const names = await caches.keys();
        const entries = names.map(async (name) =>
          (await (await caches.open(name)).keys()).map(({ url }) => url),
        );
        return (await Promise.all(entries)).flat().join(" ");
      });
      expect(kept).not.toContain("share");
      // Told once: the next time the place begins a new message.
      await goTo(page, "#/share");
      await page.getByRole("button", { name: "Bakery" }).waitFor();
      expect(await page.getByText("canary flour").count()).toBe(0);
      await context.close();
    },
  );

  it.each(LANGUAGES)(
    "[AP-95] is taken by the installed app, in %s",
    async (locale) => {
      const answer = await fetch(
        `${app.origin}/manifest.${locale}.webmanifest`,
      );
      const manifest: unknown = JSON.parse(await answer.text());
      expect(manifest).toMatchObject({
        share_target: { action: "/share", method: "POST" },
        shortcuts: [{ url: "/#/share" }],
      });
    },
  );
});
