// The first page as a visitor meets it: real relay, real build, real browser.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { checkedRows, visit, type Visit } from "./support/visit.ts";

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

function open(locale: "ar" | "en" | "de-DE"): Promise<Visit> {
  return visit(browser, { origin: app.origin, locale });
}

function languageOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => [
    document.documentElement.lang,
    document.documentElement.dir,
    document.title,
  ]);
}

// Long enough for a busy machine; nobody waits for it where all is well.
const PATIENT = { timeout: 20_000 };

describe("the language", () => {
  it.each([
    ["ar", ["ar", "rtl", "حلقة"]],
    ["en", ["en", "ltr", "Halqa"]],
    ["de-DE", ["ar", "rtl", "حلقة"]],
  ] as const)(
    "[AP-4] greets a browser in %s with %o",
    async (locale, wanted) => {
      const { page, end } = await open(locale);
      await checkedRows(page);
      expect(await languageOf(page)).toEqual(wanted);
      expect(await page.locator("h1").innerText()).toBe(wanted[2]);
      await end();
    },
  );

  it("[AP-4] follows a choice at once, whole, and over a reload", async () => {
    const { page, leaks, end } = await open("ar");
    const english = page.getByRole("button", { name: "English" });
    await english.click();
    await expect
      .poll(() => languageOf(page), PATIENT)
      .toEqual(["en", "ltr", "Halqa"]);
    expect(await english.getAttribute("aria-pressed")).toBe("true");
    await page.reload();
    await checkedRows(page);
    expect(await languageOf(page)).toEqual(["en", "ltr", "Halqa"]);
    const text = await page.locator("main").innerText();
    expect(text).not.toMatch(/\p{Script=Arabic}/u);
    await page.getByRole("button", { name: "العربية" }).click();
    await expect
      .poll(() => languageOf(page), PATIENT)
      .toEqual(["ar", "rtl", "حلقة"]);
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
    await expect
      .poll(() => languageOf(page), PATIENT)
      .toEqual(["en", "ltr", "Halqa"]);
    expect(leaks).toEqual(NO_LEAKS);
    await end();
  });

  it("[AP-5] offers the languages that are whole, each in its own words", async () => {
    const { page, end } = await open("en");
    await checkedRows(page);
    const buttons = page
      .getByRole("group", { name: "Language" })
      .locator("button");
    expect(await buttons.allInnerTexts()).toEqual(["العربية", "English"]);
    await end();
  });

  it("says in both languages that the app did not come", async () => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      locale: "en",
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

describe("the device check", () => {
  it.each(["ar", "en"] as const)(
    "[AP-10] [AP-11] [AP-12] passes in a real worker under the real policy, in %s",
    async (locale) => {
      const { page, leaks, end } = await open(locale);
      expect(await checkedRows(page)).toEqual({
        page: "passed",
        locking: "passed",
        saving: "passed",
        room: "passed",
        lasting: "note",
      });
      expect(leaks).toEqual(NO_LEAKS);
      await end();
    },
  );

  it("[AP-10] passes the last row too where the browser promises to keep data", async () => {
    const { page, end } = await open("en");
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send("Target.getTargets");
    const own = targetInfos.find(({ url }) => url.startsWith(app.origin));
    await session.send("Browser.grantPermissions", {
      origin: app.origin,
      permissions: ["durableStorage"],
      ...(own?.browserContextId && { browserContextId: own.browserContextId }),
    });
    expect(await page.evaluate(() => navigator.storage.persist())).toBe(true);
    await page.getByRole("button", { name: "Check again" }).click();
    expect((await checkedRows(page))["lasting"]).toBe("passed");
    await end();
  });

  it("[AP-12] leaves nothing in the browser's database, however often it runs", async () => {
    const { page, end } = await open("en");
    await checkedRows(page);
    for (let run = 0; run < 3; run += 1) {
      await page.getByRole("button", { name: "Check again" }).click();
      expect((await checkedRows(page))["saving"]).toBe("passed");
    }
    expect(await page.evaluate(() => indexedDB.databases())).toEqual([]);
    await end();
  });

  it("[AP-10] is not confused by being asked again in the middle", async () => {
    const { page, leaks, end } = await open("en");
    const again = page.getByRole("button", { name: "Check again" });
    for (let press = 0; press < 5; press += 1) await again.click();
    expect((await checkedRows(page))["locking"]).toBe("passed");
    expect(await page.getByRole("status").innerText()).toMatch(/^Yes/);
    expect(await again.evaluate((own) => own === document.activeElement)).toBe(
      true,
    );
    expect(leaks).toEqual(NO_LEAKS);
    await end();
  });

  it("[AP-14] keeps technical names closed until somebody asks", async () => {
    const { page, end } = await open("en");
    await checkedRows(page);
    expect(await page.getByText("libsodium").isVisible()).toBe(false);
    await page.getByText("Details").click();
    expect(await page.getByText("libsodium").isVisible()).toBe(true);
    await end();
  });
});
