// What surrounds the circles: installing, starting without a network, new versions, several windows, links, and what stays
// on the device in clear.

import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, launchProfile } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import {
  composer,
  foundCircle,
  goTo,
  hear,
  makeInvite,
  meetPerson,
  placeOf,
  say,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";

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

function meet(name: string) {
  const { origin } = app;
  return meetPerson(browser, { origin, name, language: "en" });
}

describe("the installed app", () => {
  it.each(["ar", "en"])(
    "[AP-25] can be installed without a fault, in %s",
    async (locale) => {
      const folder = mkdtempSync(join(tmpdir(), "halqa-profile-"));
      const context = await launchProfile(folder, locale);
      const page = await context.newPage();
      await page.goto(app.origin);
      await page.locator("form h1").waitFor();
      await page.waitForFunction(
        () => navigator.serviceWorker.controller !== null,
      );
      const session = await context.newCDPSession(page);
      const { installabilityErrors } = await session.send(
        "Page.getInstallabilityErrors",
      );
      expect(installabilityErrors).toEqual([]);
      const { errors, data, url } = await session.send("Page.getAppManifest");
      expect(errors).toEqual([]);
      expect(url).toContain(`manifest.${locale}.`);
      expect(data).toContain(`"lang": "${locale}"`);
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  );

  it("[AP-23] offers a new version and waits until somebody wants it", async () => {
    const own = await serveApp(() => undefined);
    const person = await meetPerson(browser, {
      origin: own.origin,
      name: "Nour",
      language: "en",
    });
    const { page } = person;
    const place = await foundCircle(person, own.origin, "Updates");
    await page.waitForFunction(
      () => navigator.serviceWorker.controller !== null,
    );
    await own.replace((folder) => {
      appendFileSync(join(folder, "sw.js"), "\n// another build");
      for (const form of ["br", "gz"]) rmSync(join(folder, `sw.js.${form}`));
    });
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      await registration?.update();
    });
    await page.getByText("A new version is here.").waitFor();
    await goTo(page, place);
    await composer(page).fill("not yet sent");
    expect(await composer(page).inputValue()).toBe("not yet sent");
    const reloaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Reload" }).click();
    await reloaded;
    await composer(page).waitFor();
    expect(await page.getByText("A new version is here.").count()).toBe(0);
    await person.context.close();
    await own.stop();
  });
});

describe("several windows", () => {
  it("[AP-16] have one engine between them, handed over when asked and taken up when free", async () => {
    const person = await meet("Nour");
    const first = person.page;
    const place = await foundCircle(person, app.origin, "Windows");
    const second = await person.context.newPage();
    await second.goto(`${app.origin}/${place}`);
    const takeOver = second.getByRole("button", { name: "Use it here" });
    await takeOver.waitFor();
    await say(person, "from the first");
    await hear(person, "from the first");

    await takeOver.click();
    await hear({ ...person, page: second }, "from the first");
    await first.getByRole("button", { name: "Use it here" }).waitFor();
    await say({ ...person, page: second }, "from the second");
    await hear({ ...person, page: second }, "from the second");

    await second.close();
    await hear(person, "from the second");
    expect(
      await first.locator("[data-item]", { hasText: "from the" }).count(),
    ).toBe(2);
    expect(person.leaks).toEqual(NO_LEAKS);
    await person.context.close();
  });
});

describe("links", () => {
  it("[AP-17] [AP-18] lead from an open window to the invite, and leave no trace of it", async () => {
    const person = await meet("Nour");
    const { page } = person;
    const place = await foundCircle(person, app.origin, "Very secret name");
    const link = await makeInvite(person, place);
    const visited: string[] = [];
    page.on("request", (request) => visited.push(request.url()));
    await goTo(page, new URL(link).hash);
    await page
      .getByRole("heading", { name: "Very secret name" })
      .first()
      .waitFor();
    expect(placeOf(page)).not.toContain("j1.");
    await page.goBack();
    expect(page.url()).not.toContain("j1.");
    await page.goto(`${app.origin}/${place}`);
    await composer(page).waitFor();
    expect(await page.title()).toBe("Halqa");
    expect(visited.join()).not.toMatch(/circle|j1\./);
    await person.context.close();
  });

  it("[AP-5] says that a link is not whole", async () => {
    const person = await meet("Nour");
    const { page } = person;
    await page.goto(`${app.origin}/#j1.AAAA`);
    expect(await page.getByRole("alert").innerText()).toMatch(/not complete/);
    await goTo(page, "#/join");
    await person.context.close();
  });
});

describe("what stays on the device", () => {
  it("[AP-22] is the language in clear and nothing that anybody wrote", async () => {
    const folder = mkdtempSync(join(tmpdir(), "halqa-profile-"));
    const context = await launchProfile(folder, "en");
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const person = {
      name: "Canary Name",
      language: "en",
      context,
      page,
      leaks: NO_LEAKS,
    } as const;
    await foundCircle(person, app.origin, "Canary Circle");
    await say(person, "canary sentence");
    await hear(person, "canary sentence");
    await composer(page).fill("canary draft");
    await goTo(page, "#/me");
    await page.getByRole("button", { name: "العربية" }).click();
    await page.getByRole("heading", { name: "أنا", level: 1 }).waitFor();
    const kept = await page.evaluate(async () => ({
      local: Object.entries(localStorage),
      session: Object.entries(sessionStorage),
      cookies: document.cookie,
      cached: (
        await Promise.all(
          (await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map(({ url }) => url),
          ),
        )
      ).flat(),
    }));
    expect(kept.local).toEqual([["halqa.language", "ar"]]);
    expect(kept.session).toEqual([]);
    expect(kept.cookies).toBe("");
    for (const url of kept.cached) {
      expect(new URL(url).pathname).toMatch(
        /^\/(?:assets\/[\w.-]+|index\.html|icon\.svg|manifest\.\w+\.webmanifest)$/,
      );
    }
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
