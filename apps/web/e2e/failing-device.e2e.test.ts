// Devices that cannot carry the app: the check has to notice each, and say what to do.

import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { checkedRows, DEVICE, takePicture, visit } from "./support/visit.ts";

const WORKER = "**/assets/engine.worker-*.js";
const GOOD = {
  page: "passed",
  locking: "passed",
  saving: "passed",
  room: "passed",
  lasting: "note",
};

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

/** The worker's script with something put before it, as if the browser lacked a part. */
function inWorker(prefix: string): (page: Page) => Promise<unknown> {
  return (page) =>
    page.route(WORKER, async (route: Route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: prefix + (await response.text()) });
    });
}

/** A response without the header that is named. */
function without(name: string, url: string): (page: Page) => Promise<unknown> {
  return (page) =>
    page.route(url, async (route: Route) => {
      const response = await route.fetch();
      const headers = response.headers();
      delete headers[name];
      await route.fulfill({ response, headers });
    });
}

const LACKS: readonly [
  string,
  Partial<typeof GOOD>,
  (page: Page) => Promise<unknown>,
][] = [
  [
    "keeps pages apart",
    { page: "failed" },
    (page) => without("cross-origin-opener-policy", `${app.origin}/`)(page),
  ],
  [
    "starts workers",
    { locking: "failed", saving: "failed" },
    (page) => page.route(WORKER, (route) => route.abort()),
  ],
  [
    "runs the worker's language",
    { locking: "failed", saving: "failed" },
    inWorker("@@"),
  ],
  [
    "has WebAssembly",
    { locking: "failed" },
    inWorker("delete self.WebAssembly;"),
  ],
  [
    "lets a worker reach the database",
    { saving: "failed" },
    inWorker(
      'Object.defineProperty(self, "indexedDB", { get() { throw new DOMException("refused", "SecurityError"); } });',
    ),
  ],
  [
    "opens the database",
    { saving: "failed" },
    inWorker(
      'IDBFactory.prototype.open = () => { throw new DOMException("refused", "InvalidStateError"); };',
    ),
  ],
  [
    "keeps what it is given",
    { saving: "failed" },
    inWorker(
      "const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (value, key) { return put.call(this, value.with(7, 0), key); };",
    ),
  ],
  [
    "has room",
    { room: "failed" },
    (page) =>
      page.addInitScript(() => {
        StorageManager.prototype.estimate = () =>
          Promise.resolve({ quota: 12_000_000, usage: 2_000_000 });
      }),
  ],
  [
    "says how much room there is",
    { room: "note" },
    (page) =>
      page.addInitScript(() => {
        StorageManager.prototype.estimate = () => Promise.resolve({});
      }),
  ],
];

describe("the device check", () => {
  it.each(LACKS)(
    "[AP-10] [AP-13] notices a browser that no longer %s",
    async (_, wanted, prepare) => {
      const { page, end } = await visit(browser, {
        origin: app.origin,
        path: DEVICE,
        serviceWorkers: "block",
        locale: "en",
        prepare,
      });
      expect(await checkedRows(page)).toEqual({ ...GOOD, ...wanted });
      const failed = Object.values(wanted).filter(
        (state) => state === "failed",
      );
      expect(await page.getByRole("status").innerText()).toMatch(
        failed.length > 0 ? /^Not yet/ : /^Yes/,
      );
      for (const row of await page.locator('[data-state="failed"] p').all()) {
        expect(await row.innerText()).toMatch(
          /\b(?:Update|update|Open|Reload|Leave|Free|Delete)\b/,
        );
      }
      await end();
    },
  );

  it("[AP-10] does not wait for ever for a worker that says nothing", async () => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      path: DEVICE,
      serviceWorkers: "block",
      locale: "en",
      prepare: async (own) => {
        await own.clock.install();
        await own.route(WORKER, (route) =>
          route.fulfill({
            body: "",
            headers: {
              "content-type": "text/javascript",
              "cross-origin-embedder-policy": "require-corp",
            },
          }),
        );
      },
    });
    await page.locator('[data-check="room"][data-state="passed"]').waitFor();
    expect(
      await page.locator('[data-check="locking"]').getAttribute("data-state"),
    ).toBe("waiting");
    await page.clock.fastForward(31_000);
    expect(await checkedRows(page)).toMatchObject({
      locking: "failed",
      saving: "failed",
    });
    await end();
  });

  it.each(["ar", "en"] as const)(
    "[AP-7] shows what is missing without a fault that axe finds, in %s",
    async (locale) => {
      const { page, end } = await visit(browser, {
        origin: app.origin,
        path: DEVICE,
        serviceWorkers: "block",
        locale,
        prepare: (own) => own.route(WORKER, (route) => route.abort()),
      });
      await checkedRows(page);
      await page.locator("summary").click();
      expect(await findAccessibilityFaults(page)).toEqual([]);
      await takePicture(page, `${locale}-failing`);
      await end();
    },
  );
});
