// The first page as a visitor meets it, and what it says about languages: real relay, real build, real browser.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { visit, type Visit } from "./support/visit.ts";

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

async function open(locale: string): Promise<Visit> {
  const opened = await visit(browser, { origin: app.origin, locale });
  await opened.page.locator("form h1").waitFor();
  return opened;
}

function languageOf(page: Page): Promise<readonly (string | null)[]> {
  return page.evaluate(() => [
    document.documentElement.lang,
    document.documentElement.dir,
    document.title,
    document.querySelector('link[rel="manifest"]')?.getAttribute("href") ?? "",
  ]);
}

const ARABIC = ["ar", "rtl", "حلقة", "/manifest.ar.webmanifest"];
const GERMAN = ["de", "ltr", "Halqa", "/manifest.de.webmanifest"];
const KURMANJI = ["kmr", "ltr", "Halqa", "/manifest.kmr.webmanifest"];
const SORANI = ["ckb", "rtl", "هەڵقە", "/manifest.ckb.webmanifest"];
const ENGLISH = ["en", "ltr", "Halqa", "/manifest.en.webmanifest"];

// Long enough for a busy machine; nobody waits for it where all is well.
const PATIENT = { timeout: 20_000 };

describe("the language", () => {
  it.each([
    ["ar", ARABIC],
    ["en", ENGLISH],
    ["de-DE", GERMAN],
    ["ku-TR", KURMANJI],
    ["ckb-IQ", SORANI],
    ["fi", ARABIC],
  ] as const)(
    "[AP-4] greets a browser in %s with %o",
    async (locale, wanted) => {
      const { page, leaks, end } = await open(locale);
      expect(await languageOf(page)).toEqual(wanted);
      expect(await page.locator("h1").innerText()).toBe(wanted[2]);
      expect(leaks).toEqual(NO_LEAKS);
      await end();
    },
  );

  it("[AP-4] follows a choice at once, whole, and over a reload", async () => {
    const { page, leaks, end } = await open("ar");
    const english = page.getByRole("button", { name: "English" });
    await english.click();
    await expect.poll(() => languageOf(page), PATIENT).toEqual(ENGLISH);
    expect(await english.getAttribute("aria-pressed")).toBe("true");
    await page.reload();
    await page.locator("form h1").waitFor();
    expect(await languageOf(page)).toEqual(ENGLISH);
    const texts = await page
      .locator("main :is(h1, p, label, [type=submit])")
      .allInnerTexts();
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.join(" ")).not.toMatch(/\p{Script=Arabic}/u);
    await page.getByRole("button", { name: "العربية" }).click();
    await expect.poll(() => languageOf(page), PATIENT).toEqual(ARABIC);
    expect(leaks).toEqual(NO_LEAKS);
    await end();
  });

  it("[AP-4] holds for the visit where nothing can be remembered", async () => {
    const { page, leaks, end } = await visit(browser, {
      origin: app.origin,
      locale: "ar",
      prepare: (own) =>
        own.addInitScript(() => {
          Object.defineProperty(window, "localStorage", {
            get: () => {
              throw new DOMException("refused", "SecurityError");
            },
          });
        }),
    });
    await page.getByRole("button", { name: "English" }).click();
    await expect.poll(() => languageOf(page), PATIENT).toEqual(ENGLISH);
    expect(leaks).toEqual(NO_LEAKS);
    await end();
  });

  it("[AP-5] offers the languages that are whole, each in its own words", async () => {
    const { page, end } = await open("en");
    const buttons = page
      .getByRole("group", { name: "Language" })
      .locator("button");
    expect(await buttons.allInnerTexts()).toEqual([
      "العربية",
      "English",
      "Español",
      "Français",
      "Deutsch",
      "Kurdî",
      "کوردی",
    ]);
    await end();
  });

  it("says in both languages that the app did not come", async () => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      locale: "en",
      serviceWorkers: "block",
      prepare: (own) =>
        own.route("**/assets/en-*.js", (route) => route.abort()),
    });
    const paragraphs = page.locator("main p");
    await paragraphs.nth(1).waitFor();
    expect(
      await paragraphs.evaluateAll((all) =>
        all.map((own) => own.getAttribute("lang")),
      ),
    ).toEqual(["ar", "en"]);
    await end();
  });
});

describe("the first run", () => {
  it("asks for a name, and says so where there is none", async () => {
    const { page, end } = await open("en");
    await page.getByRole("button", { name: "Begin" }).click();
    expect(await page.getByRole("alert").innerText()).toMatch(/Write a name/);
    const name = page.getByLabel("What should people call you?");
    await name.fill("Nour");
    await name.press("Enter");
    await page.getByRole("heading", { name: "My circles" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "My circles" }).waitFor();
    await end();
  });

  it("[AP-16] says what to do where nothing can be kept", async () => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      locale: "en",
      serviceWorkers: "block",
      prepare: (own) =>
        own.route("**/assets/engine.worker-*.js", async (route) => {
          const response = await route.fetch();
          const prefix =
            'IDBFactory.prototype.open = () => { throw new DOMException("refused", "InvalidStateError"); };';
          const body = prefix + (await response.text());
          await route.fulfill({ response, body });
        }),
    });
    await page.getByRole("heading", { name: /could not be opened/ }).waitFor();
    expect(await page.getByRole("alert").innerText()).toMatch(/private window/);
    await page.getByRole("link", { name: "Check this device" }).click();
    await page.locator('[data-check="saving"][data-state="failed"]').waitFor();
    await end();
  });

  it("[AP-16] says what to do where the worker does not start", async () => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      locale: "en",
      serviceWorkers: "block",
      prepare: (own) =>
        own.route("**/assets/engine.worker-*.js", (route) => route.abort()),
    });
    await page.getByRole("heading", { name: /could not be opened/ }).waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await end();
  });
});
