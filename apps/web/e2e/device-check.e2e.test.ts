// The device check on a device that can carry the app: real relay, real build, real browser.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { checkedRows, DEVICE, visit, type Visit } from "./support/visit.ts";

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

function open(locale: "ar" | "en"): Promise<Visit> {
  return visit(browser, { origin: app.origin, path: DEVICE, locale });
}

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
    const databases = await page.evaluate(async () =>
      (await indexedDB.databases()).map(({ name }) => name),
    );
    expect(databases).not.toContain("halqa-device-check");
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
