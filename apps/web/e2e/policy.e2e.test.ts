// The security policy from inside the browser: nothing leaks, and each kind of leak would be heard.

import { createServer, type Server } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS, type Leaks } from "./support/leaks.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { checkedRows, DEVICE, visit } from "./support/visit.ts";

let browser: Browser;
let plain: ServedApp;
let elsewhere: Server;
let elsewhereOrigin = "";

beforeAll(async () => {
  browser = await launchBrowser();
  plain = await serveApp();
  elsewhere = createServer((_, response) => response.end());
  await new Promise<void>((done) => elsewhere.listen(0, "127.0.0.1", done));
  const address = elsewhere.address();
  const port = typeof address === "object" ? address?.port : undefined;
  elsewhereOrigin = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await browser.close();
  await plain.stop();
  elsewhere.close();
});

interface Plant {
  readonly html: string;
  /** Put beside the app's own scripts, by name. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** The directives that are to be reported, in alphabetical order. */
  readonly reports: readonly string[];
}

/** Runs the app with a fault planted, and expects reports of exactly that. */
async function expectReports({
  html,
  scripts = {},
  reports,
}: Plant): Promise<Leaks> {
  const mutant = await serveApp((folder) => {
    const page = join(folder, "index.html");
    const text = readFileSync(page, "utf8").replace(
      "</body>",
      `${html}</body>`,
    );
    writeFileSync(page, text);
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(join(folder, "assets", name), script);
    }
  });
  const { page, leaks, end } = await visit(browser, {
    origin: mutant.origin,
    path: DEVICE,
    locale: "en",
  });
  await checkedRows(page);
  // Reports come some time after what they report.
  await expect
    .poll(() => leaks.violations.map(directiveOf).toSorted(), PATIENT)
    .toEqual(reports);
  await end();
  await mutant.stop();
  return leaks;
}

function directiveOf(violation: string): string {
  return violation.split(" ", 1)[0] ?? "";
}

const WORKER = "**/assets/engine.worker-*.js";

// Long enough for a busy machine; nobody waits for it where all is well.
const PATIENT = { timeout: 20_000 };

describe("the policy", () => {
  it("[AP-1] [AP-2] is kept by the page in each language, without one report", async () => {
    for (const locale of ["ar", "en"] as const) {
      const { page, leaks, end } = await visit(browser, {
        origin: plain.origin,
        path: DEVICE,
        locale,
      });
      await checkedRows(page);
      await page.locator("summary").click();
      await page.waitForLoadState("networkidle");
      expect(leaks).toEqual(NO_LEAKS);
      expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
      await end();
    }
  });

  it("[AP-2] reports an inline script, here and on the console", async () => {
    const { violations, errors } = await expectReports({
      html: "<script>1;</script>",
      reports: ["script-src-elem"],
    });
    expect(violations).toEqual(["script-src-elem inline"]);
    expect(errors.join()).toContain("Content Security Policy");
  });

  it("[AP-2] reports an inline style, a frame and a plugin", async () => {
    await expectReports({
      html: '<p style="color: red">a</p><iframe src="/"></iframe><object data="/icon.svg"></object>',
      reports: ["frame-src", "object-src", "style-src-attr"],
    });
  });

  it("[AP-2] reports text that is to become code", async () => {
    await expectReports({
      html: '<script src="/assets/mutant.js"></script>',
      scripts: {
        "mutant.js": `for (const attempt of [
          () => { document.body.innerHTML = "<p>x</p>"; },
          () => new Function("return 1"),
          () => new Worker("/assets/mutant.js"),
          () => trustedTypes.createPolicy("default", {}),
        ]) try { attempt(); } catch {}`,
      },
      reports: [
        "require-trusted-types-for",
        "require-trusted-types-for",
        "require-trusted-types-for",
        "trusted-types",
      ],
    });
  });

  it("[AP-1] [AP-2] reports what a worker tries: text as code, another origin", async () => {
    const { page, leaks, end } = await visit(browser, {
      origin: plain.origin,
      path: DEVICE,
      serviceWorkers: "block",
      locale: "en",
      prepare: (own) =>
        own.route(WORKER, async (route: Route) => {
          const response = await route.fetch();
          const body = `try { self.eval("1"); } catch {} self.fetch("${elsewhereOrigin}/").catch(() => {});${await response.text()}`;
          await route.fulfill({ response, body });
        }),
    });
    await checkedRows(page);
    await expect
      .poll(() => leaks.errors.join(), PATIENT)
      .toMatch(/requires 'TrustedScript'[^]*violates the following/);
    await end();
  });

  it("[AP-3] has one Trusted Types policy, which no other script can make again", async () => {
    await expectReports({
      html: '<script type="module" src="/assets/mutant.js"></script>',
      scripts: {
        "mutant.js":
          'try { trustedTypes.createPolicy("halqa", { createScriptURL: (url) => url }); } catch {}',
      },
      reports: ["trusted-types"],
    });
  });

  it("[AP-1] reports what would go to another origin", async () => {
    await expectReports({
      html: `<img src="${elsewhereOrigin}/pixel.png" alt="" /><script type="module" src="/assets/mutant.js"></script>`,
      scripts: {
        "mutant.js": `fetch("${elsewhereOrigin}/x").catch(() => {}); new WebSocket("ws://127.0.0.1:1/");`,
      },
      reports: ["connect-src", "connect-src", "img-src"],
    });
  });

  it("[AP-1] hears a request to another origin where no policy stops it", async () => {
    const { page, leaks, end } = await visit(browser, {
      origin: plain.origin,
      path: DEVICE,
      locale: "en",
      prepare: (own: Page) =>
        own.route(`${plain.origin}/`, async (route) => {
          const response = await route.fetch();
          const html = await response.text();
          await route.fulfill({
            contentType: "text/html",
            body: html.replace(
              "</body>",
              `<img src="${elsewhereOrigin}/pixel.png"></body>`,
            ),
          });
        }),
    });
    await page.waitForLoadState("load");
    expect(leaks.foreignRequests).toEqual([`${elsewhereOrigin}/pixel.png`]);
    await end();
  });
});
