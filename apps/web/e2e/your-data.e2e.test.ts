// What is kept of a person, in the real app: words, backups, the way back, the passphrase, the lock, and forgetting.

import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import { LOOKS, overflow, smallTargets } from "./support/looks.ts";
import {
  composer,
  foundCircle,
  goTo,
  hear,
  meetPerson,
  say,
  type Person,
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

// Long enough for a busy machine; nobody waits for it where all is well.
const PATIENT = { timeout: 20_000 };
/** Journeys of many steps, some with Argon2id's second in them. */
const LONG_MS = 180_000;
const ONE = "three old bridges over water";
const TWO = "seven quiet harbours at night";

function meet(name = "Nour"): Promise<Person> {
  return meetPerson(browser, { origin: app.origin, name, language: "en" });
}

/** Through the first run, with a passphrase where one is given. */
async function begin({ page, name }: Person, passphrase?: string) {
  await page.goto(app.origin);
  await page.getByLabel("What should people call you?").fill(name);
  if (passphrase !== undefined) {
    await page.getByLabel(/Put a passphrase in front/).check();
    await page.getByLabel("The new passphrase").fill(passphrase);
  }
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await page.getByRole("heading", { name: "My circles" }).waitFor();
}

async function unlock(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Open", exact: true }).click();
}

const locked = (page: Page) =>
  page.getByRole("heading", { name: "Halqa is locked" });

async function openData(page: Page): Promise<void> {
  await goTo(page, "#/me/data");
  await page.getByRole("heading", { name: "Your data", level: 1 }).waitFor();
}

/** A circle with a message, on a device with a passphrase. */
async function withCircle(passphrase?: string) {
  const person = await meet();
  await begin(person, passphrase);
  const place = await found(person);
  await say(person, "bread at seven");
  await hear(person, "bread at seven");
  return { ...person, place };
}

async function found({ page }: Person): Promise<string> {
  await page.getByRole("button", { name: "Start a circle" }).click();
  await page.getByLabel("Name of the circle").fill("Bakery");
  await page.getByRole("button", { name: "Start it" }).click();
  await composer(page).waitFor();
  return new URL(page.url()).hash;
}

/** What the page's own keepers hold. */
function kept(page: Page) {
  return page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    cookies: document.cookie,
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    registrations: (await navigator.serviceWorker.getRegistrations()).length,
    files: await (async () => {
      const names: string[] = [];
      const root = await navigator.storage.getDirectory();
      for await (const name of root.keys()) names.push(name);
      return names;
    })(),
  }));
}

function hide(page: Page, isHidden: boolean): Promise<void> {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, "visibilityState", {
      configurable: true,
      get: () => (hidden ? "hidden" : "visible"),
    });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

async function read(download: Download): Promise<Buffer> {
  return readFileSync(await download.path());
}

/** The words and a backup of this device, saved as a person saves them. */
async function saveAll(page: Page) {
  await openData(page);
  await page.getByRole("link", { name: "Recovery words" }).click();
  await page.getByRole("button", { name: "Show the words" }).click();
  const list = page.locator("ol li");
  await list.nth(23).waitFor();
  const words = await list.allInnerTexts();
  const [kit] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as a file" }).click(),
  ]);
  const code = await page
    .getByRole("img", { name: "The words as a code" })
    .screenshot();
  await page.getByRole("button", { name: "I have them" }).click();
  const asked = page.locator("form label");
  await asked.nth(2).waitFor();
  const places = (await asked.allInnerTexts()).map((label) =>
    Number(label.replaceAll(/\D/g, "")),
  );
  for (const place of places)
    await page.getByLabel(`Word ${place}`, { exact: true }).fill("no");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("One of them is another word").waitFor();
  for (const place of places)
    await page
      .getByLabel(`Word ${place}`, { exact: true })
      .fill(words[place - 1] ?? "");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("link", { name: "On to the backup" }).click();
  const [backup] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save a backup" }).click(),
  ]);
  await page.getByText("The file was handed to your browser").waitFor();
  return {
    words: words.join(" "),
    // Now: with its profile the browser takes away what was saved from it.
    code,
    kit: await read(kit),
    backup: await read(backup),
    backupName: backup.suggestedFilename(),
  };
}

describe("the passphrase", () => {
  it("[AP-72] is offered at the beginning with words that are made, and asked for from then on", async () => {
    const person = await meet();
    const { page, leaks, context } = person;
    await page.goto(app.origin);
    // No keys before somebody begins.
    await page.getByRole("button", { name: "Begin", exact: true }).waitFor();
    expect(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const request = indexedDB.open("halqa");
            request.addEventListener("success", () => {
              const count = request.result
                .transaction("records")
                .objectStore("records")
                .count();
              count.addEventListener("success", () => {
                request.result.close();
                resolve(count.result);
              });
            });
          }),
      ),
    ).toBe(0);
    await page.getByLabel("What should people call you?").fill("Nour");
    await page.getByLabel(/Put a passphrase in front/).check();
    await page.getByLabel("The new passphrase").fill("aaaaaaaaaaaa");
    await page.getByRole("button", { name: "Begin", exact: true }).click();
    await page.getByText("Anybody would guess this soon").waitFor();
    await page.getByRole("button", { name: "Make words for me" }).click();
    const field = page.getByLabel("The new passphrase");
    await expect
      .poll(() => field.inputValue(), PATIENT)
      .toMatch(/^(?:[a-z]+ ){5}[a-z]+$/);
    const words = await field.inputValue();
    await page.getByRole("button", { name: "Begin", exact: true }).click();
    await page.getByRole("heading", { name: "My circles" }).waitFor();
    await page.reload();
    await locked(page).waitFor();
    await unlock(page, "not these words at all");
    await page.getByText("This is not the passphrase").waitFor();
    await unlock(page, words);
    await page.getByRole("heading", { name: "My circles" }).waitFor();
    expect((await kept(page)).local).toEqual([]);
    expect(leaks).toEqual(NO_LEAKS);
    await context.close();
  });

  it("[AP-74] is changed and taken away, by whoever knows it", async () => {
    const { page, context } = await withCircle(ONE);
    await openData(page);
    await page.getByRole("button", { name: "Change the passphrase" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the passphrase" });
    const change = async (present: string, next: string): Promise<void> => {
      await dialog.getByLabel("The passphrase as it is").fill(present);
      await dialog.getByLabel("The new passphrase").fill(next);
      await dialog
        .getByRole("button", { name: "Change the passphrase" })
        .click();
    };
    await change(TWO, TWO);
    await dialog.getByText("This is not the passphrase").waitFor();
    await change(ONE, TWO);
    await dialog.waitFor({ state: "detached" });
    await page.reload();
    await locked(page).waitFor();
    await unlock(page, ONE);
    await page.getByText("This is not the passphrase").waitFor();
    await unlock(page, TWO);
    await openData(page);
    await page
      .getByRole("button", { name: "Take the passphrase away" })
      .click();
    const away = page.getByRole("dialog");
    await away.getByLabel("The passphrase as it is").fill(TWO);
    await away
      .getByRole("button", { name: "Take the passphrase away" })
      .click();
    await away.waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("heading", { name: "Your data" }).waitFor();
    await context.close();
  });

  it(
    "[AP-74] that is changed while the page goes is the one before or the next",
    { timeout: LONG_MS },
    async () => {
      const { page, context, place } = await withCircle(ONE);
      let present = ONE;
      for (const delay of [0, 150, 300, 450, 600, 900]) {
        await openData(page);
        await page
          .getByRole("button", { name: "Change the passphrase" })
          .click();
        const dialog = page.getByRole("dialog");
        const next = present === ONE ? TWO : ONE;
        await dialog.getByLabel("The passphrase as it is").fill(present);
        await dialog.getByLabel("The new passphrase").fill(next);
        await dialog
          .getByRole("button", { name: "Change the passphrase" })
          .click();
        await page.waitForTimeout(delay);
        await page.reload();
        await locked(page).waitFor();
        await unlock(page, next);
        const refused = page.getByText("This is not the passphrase");
        const opened = page.getByRole("heading", {
          name: "Your data",
          level: 1,
        });
        await refused.or(opened).waitFor();
        if (await refused.isVisible()) await unlock(page, present);
        else present = next;
        await opened.waitFor();
      }
      await goTo(page, place);
      await page.getByText("bread at seven").waitFor();
      await context.close();
    },
  );
});

describe("the lock", () => {
  it("[AP-73] ends the worker and empties the page, and comes back to its place", async () => {
    const person = await withCircle(ONE);
    const { page, leaks, context, place } = person;
    expect(page.workers().length).toBeGreaterThan(0);
    await openData(page);
    await page.getByRole("button", { name: "Lock now" }).click();
    await locked(page).waitFor();
    await expect.poll(() => page.workers().length, PATIENT).toBe(0);
    expect(await page.content()).not.toMatch(/Bakery|bread|Nour/);
    await unlock(page, ONE);
    await page.getByRole("heading", { name: "Your data", level: 1 }).waitFor();
    await goTo(page, place);
    await hear(person, "bread at seven");
    await say(person, "and rolls");
    await hear(person, "and rolls");
    expect(leaks).toEqual(NO_LEAKS);
    await context.close();
  });

  it("[AP-73] comes by itself when nobody has touched anything for a while, and not before", async () => {
    const person = await meet();
    const { page, context } = person;
    await page.clock.install();
    await begin(person, ONE);
    await openData(page);
    await page
      .getByLabel("Lock by itself")
      .selectOption({ label: "After 5 minutes" });
    await page.clock.runFor(4 * 60_000);
    await page.getByRole("heading", { name: "Your data", level: 1 }).click();
    await page.clock.runFor(4 * 60_000);
    await page.getByRole("heading", { name: "Your data", level: 1 }).waitFor();
    await page.clock.runFor(70_000);
    await locked(page).waitFor();
    await context.close();
  });

  it("[AP-73] comes when the app is left, where somebody wants that", async () => {
    const { page, context } = await withCircle(ONE);
    await openData(page);
    await hide(page, true);
    await hide(page, false);
    await page.getByLabel("Lock when I leave the app").click();
    await expect
      .poll(() => page.getByLabel("Lock when I leave the app").isChecked())
      .toBe(true);
    await hide(page, true);
    await locked(page).waitFor();
    await context.close();
  });

  it("[AP-78] covers the page while it is hidden, unless somebody does not want it", async () => {
    const { page, context } = await withCircle();
    const isCovered = () =>
      page.evaluate(
        () => document.querySelector<HTMLDialogElement>("[data-blank]")?.open,
      );
    await hide(page, true);
    expect(await isCovered()).toBe(true);
    await hide(page, false);
    expect(await isCovered()).toBe(false);
    await openData(page);
    await page.getByLabel(/Show nothing while/).click();
    await expect.poll(isCovered, PATIENT).toBe(undefined);
    await context.close();
  });

  it("[AP-75] opens by the device's own lock as well, until the passphrase changes", async () => {
    const person = await meet();
    const { page, context } = person;
    const session = await context.newCDPSession(page);
    await session.send("WebAuthn.enable");
    await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasUserVerification: true,
        isUserVerified: true,
        hasPrf: true,
      },
    });
    // A browser gives keys to names, and an address of numbers is none.
    const origin = app.origin.replace("127.0.0.1", "localhost");
    await page.goto(origin);
    await page.getByLabel("What should people call you?").fill("Nour");
    await page.getByLabel(/Put a passphrase in front/).check();
    await page.getByLabel("The new passphrase").fill(ONE);
    await page.getByRole("button", { name: "Begin", exact: true }).click();
    await page.getByRole("heading", { name: "My circles" }).waitFor();
    await openData(page);
    const own = page.getByLabel(/Open with this device/);
    const add = async (passphrase: string): Promise<void> => {
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Passphrase", { exact: true }).fill(passphrase);
      await dialog.getByRole("button", { name: "Go on" }).click();
    };
    await own.click();
    await add(TWO);
    await page.getByText("This is not the passphrase").waitFor();
    await add(ONE);
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => own.isChecked(), PATIENT).toBe(true);
    await page.getByRole("button", { name: "Lock now" }).click();
    await locked(page).waitFor();
    await page.getByRole("button", { name: /device’s own lock/ }).click();
    await page.getByRole("heading", { name: "Your data", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Change the passphrase" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("The passphrase as it is").fill(ONE);
    await dialog.getByLabel("The new passphrase").fill(TWO);
    await dialog.getByRole("button", { name: "Change the passphrase" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Lock now" }).click();
    await locked(page).waitFor();
    expect(
      await page.getByRole("button", { name: /device’s own lock/ }).count(),
    ).toBe(0);
    await unlock(page, TWO);
    await page.getByRole("heading", { name: "Your data", level: 1 }).waitFor();
    await context.close();
  });
});

describe("words and backups", () => {
  it("[AP-71] are asked for when there is something to lose, not at once, and again after they were put off", async () => {
    const person = await meet();
    const { page, context } = person;
    await begin(person);
    await found(person);
    await goTo(page, "#/");
    const reminder = page.locator("[data-reminder]");
    await page.getByRole("link", { name: /Bakery/ }).waitFor();
    expect(await reminder.count()).toBe(0);
    await page.reload();
    await reminder.waitFor();
    await page.getByRole("button", { name: "Later" }).click();
    await reminder.waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("link", { name: /Bakery/ }).waitFor();
    expect(await reminder.count()).toBe(0);
    await page.clock.install({ time: Date.now() + 4 * 86_400_000 });
    await page.reload();
    await reminder.waitFor();
    await page.getByRole("link", { name: "Keep the words" }).click();
    await page
      .getByRole("heading", { name: "Recovery words", level: 1 })
      .waitFor();
    await context.close();
  });

  it(
    "[AP-70] [AP-76] bring a person back on a new profile, with words typed or out of the kit's file",
    { timeout: LONG_MS },
    async () => {
      const { page, leaks, context, place } = await withCircle(ONE);
      const saved = await saveAll(page);
      expect(saved.backupName).toMatch(/^backup-[\d-]+\.bin$/);
      const file = saved.backup;
      expect(file.includes("Bakery")).toBe(false);
      expect(saved.kit.toString("utf8")).not.toMatch(/Bakery|Nour|<script/);
      expect(await kept(page)).toMatchObject({ local: [], session: [] });
      expect(leaks).toEqual(NO_LEAKS);
      await context.close();

      const next = await meet("nobody");
      const other = next.page;
      await other.goto(app.origin);
      await other.getByRole("link", { name: "I have a backup" }).click();
      const restore = () =>
        other.getByRole("button", { name: "Bring me back" }).click();
      await restore();
      await other.getByText("Choose the backup file first").waitFor();
      const files = other.locator('input[type="file"]');
      const choose = (bytes: Buffer) =>
        files.nth(0).setInputFiles({
          name: "b.bin",
          mimeType: "application/octet-stream",
          buffer: bytes,
        });
      await choose(file);
      const typed = other.getByLabel("The 24 recovery words");
      await typed.fill("one two");
      await restore();
      await other.getByText(/“two”|“one”|These are 2 words/).waitFor();
      const wrong =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art";
      await typed.fill(wrong);
      await restore();
      await other.getByText("These words do not open this file").waitFor();
      await choose(file.subarray(0, file.length - 10));
      await files.nth(1).setInputFiles({
        name: "words.html",
        mimeType: "text/html",
        buffer: saved.kit,
      });
      await expect.poll(() => typed.inputValue(), PATIENT).toBe(saved.words);
      await restore();
      await other.getByText("the file is not whole any more").waitFor();
      await typed.fill("");
      await files.nth(1).setInputFiles({
        name: "code.png",
        mimeType: "image/png",
        buffer: saved.code,
      });
      await expect.poll(() => typed.inputValue(), PATIENT).toBe(saved.words);
      await choose(file);
      await other.getByLabel(/Put a passphrase in front/).check();
      await other.getByLabel("The new passphrase").fill(TWO);
      await restore();
      await other.getByText("You are back.").waitFor();
      await other.getByRole("link", { name: /Bakery/ }).waitFor();
      await goTo(other, place);
      await other.getByText("bread at seven").waitFor();
      await goTo(other, "#/me");
      expect(await other.getByLabel("Your name").inputValue()).toBe("Nour");
      await other.reload();
      await locked(other).waitFor();
      await unlock(other, TWO);
      // The same words open what is saved from here on.
      await openData(other);
      await other.getByRole("button", { name: "Save a backup" }).waitFor();
      expect(next.leaks).toEqual(NO_LEAKS);
      await next.context.close();
    },
  );

  it("[AP-76] take the place of keys that an invite left and nobody uses", async () => {
    const one = await meet();
    const place = await foundCircle(one, app.origin, "Bakery");
    await say(one, "bread at seven");
    const saved = await saveAll(one.page);
    const { page, context } = await meet("nobody");
    await page.goto(`${app.origin}/#/join`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await goTo(page, "#/");
    await page.getByRole("link", { name: "I have a backup" }).click();
    const files = page.locator('input[type="file"]');
    await files.nth(0).setInputFiles({
      name: "b.bin",
      mimeType: "application/octet-stream",
      buffer: saved.backup,
    });
    await page.getByLabel("The 24 recovery words").fill(saved.words);
    await page.getByRole("button", { name: "Bring me back" }).click();
    await page.getByText("You are back.").waitFor();
    await goTo(page, place);
    await page.getByText("bread at seven").waitFor();
    await context.close();
    await one.context.close();
  });
});

describe("forgetting", () => {
  const nothing = {
    local: [],
    session: [],
    cookies: "",
    databases: [],
    caches: [],
    registrations: 0,
    files: [],
  };

  async function forget(page: Page): Promise<void> {
    await page
      .getByRole("button", { name: "Forget everything on this device" })
      .click();
    const dialog = page.getByRole("dialog");
    const now = dialog.getByRole("button", { name: "Forget everything now" });
    expect(await now.isDisabled()).toBe(true);
    await dialog.getByLabel(/cannot be undone/).check();
    await now.click();
    await page.getByRole("heading", { name: /forgotten everything/ }).waitFor();
  }

  it("[AP-77] leaves nothing, in every window, and begins as somebody new", async () => {
    const { page, context } = await withCircle(ONE);
    await page.evaluate(() => localStorage.setItem("halqa.language", "en"));
    const second = await context.newPage();
    await second.goto(app.origin);
    await second
      .getByRole("heading", { name: /open in another window/ })
      .waitFor();
    const before = await kept(page);
    expect(before.databases).toContain("halqa");
    expect(before.caches.length).toBeGreaterThan(0);
    await openData(page);
    await forget(page);
    await second
      .getByRole("heading", { name: /forgotten everything/ })
      .waitFor();
    await expect.poll(() => kept(page), PATIENT).toEqual(nothing);
    expect(new URL(page.url()).hash).toBe("#/");
    await expect.poll(() => page.workers().length, PATIENT).toBe(0);
    await second.close();
    await page.getByRole("button", { name: "Begin anew" }).click();
    await page.getByRole("button", { name: "Begin", exact: true }).waitFor();
    await context.close();
  });

  it("[AP-77] needs no passphrase", async () => {
    const { page, context } = await withCircle(ONE);
    await openData(page);
    await page.getByRole("button", { name: "Lock now" }).click();
    await locked(page).waitFor();
    await page
      .getByRole("button", { name: /do not know the passphrase/ })
      .click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "Forget everything on this device" })
      .click();
    await page.getByRole("heading", { name: /forgotten everything/ }).waitFor();
    await expect.poll(() => kept(page), PATIENT).toEqual(nothing);
    await context.close();
  });
});

describe("where it lies", () => {
  it("[AP-79] is asked to be kept when there is something to lose, and says what came of it", async () => {
    const person = await meet();
    const { page, context } = person;
    await page.addInitScript(() => {
      let isPromised = false;
      navigator.storage.persisted = () => Promise.resolve(isPromised);
      navigator.storage.persist = () => {
        document.documentElement.dataset["asked"] = "";
        isPromised = true;
        return Promise.resolve(isPromised);
      };
    });
    await page.goto(app.origin);
    await page.getByRole("button", { name: "Begin", exact: true }).waitFor();
    expect(await page.locator("html[data-asked]").count()).toBe(0);
    await begin(person);
    await page.locator("html[data-asked]").waitFor();
    await openData(page);
    await page.locator('[data-lasting="true"]').waitFor();
    await context.close();
  });

  it("[AP-79] says on an iPhone to install first, before keys are made", async () => {
    const context: BrowserContext = await browser.newContext({
      locale: "en",
      userAgent:
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    });
    const page = await context.newPage();
    await page.goto(app.origin);
    await page.getByRole("heading", { name: /home screen/ }).waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await takePicture(page, "install-first-en");
    await page.getByRole("button", { name: /in the browser all/ }).click();
    await page.getByRole("button", { name: "Begin", exact: true }).waitFor();
    await context.close();
  });
});

describe("the pages of one's data", () => {
  it.each(LOOKS)(
    "[AP-7] [AP-8] have no fault that axe finds and no small target: $locale, $theme, $screen",
    { timeout: LONG_MS },
    async ({ locale, theme, screen, viewport }) => {
      const context = await browser.newContext({
        locale,
        colorScheme: theme,
        viewport,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const check = async (name: string): Promise<void> => {
        await page.waitForLoadState("networkidle");
        expect(await findAccessibilityFaults(page), name).toEqual([]);
        expect(await overflow(page), name).toBe(0);
        expect(await smallTargets(page), name).toEqual([]);
        await takePicture(page, `${name}-${locale}-${theme}-${screen}`);
      };
      const press = (name: RegExp) =>
        page.getByRole("button", { name }).first().click();
      await page.goto(app.origin);
      await page.getByLabel(/call you|يناديك/).fill("Nour");
      await page.getByLabel(/Put a passphrase|احمِ هذا/).check();
      await page.getByLabel(/The new passphrase|الجديدة/).fill(ONE);
      await check("first-passphrase");
      await page.getByRole("link", { name: /I have a|لدي نسخة/ }).click();
      await page.getByLabel(/The 24 recovery|الأربع والعشرون/).waitFor();
      await check("restore");
      await goTo(page, "#/");
      await page.getByLabel(/call you|يناديك/).fill("Nour");
      await page.getByLabel(/Put a passphrase|احمِ هذا/).check();
      await page.getByLabel(/The new passphrase|الجديدة/).fill(ONE);
      await press(/^(?:Begin|ابدأ)$/);
      await page
        .getByRole("button", { name: /^(?:Start a circle|ابدأ حلقة)$/ })
        .click();
      await page.getByLabel(/Name of the circle|اسم الحلقة/).fill("Bakery");
      await press(/Start it|ابدأها/);
      await composer(page).waitFor();
      await goTo(page, "#/me/data");
      await page.getByRole("button", { name: /Lock now|اقفل الآن/ }).waitFor();
      await check("data");
      await press(/Change the passphrase|غيّر عبارة/);
      await check("change-passphrase");
      await page.keyboard.press("Escape");
      await press(/Forget everything on|انسَ كل ما/);
      await check("forget");
      await page.keyboard.press("Escape");
      await goTo(page, "#/me/data/words");
      await press(/Show the words|أظهِر الكلمات/);
      await page.locator("ol li").nth(23).waitFor();
      await check("words");
      await page.emulateMedia({ media: "print" });
      await takePicture(page, `words-print-${locale}-${theme}-${screen}`);
      await page.emulateMedia({ media: "screen" });
      await press(/I have them|حفظتها/);
      await check("words-check");
      await goTo(page, "#/");
      await page.reload();
      await page.getByLabel(/^(?:Passphrase|عبارة المرور)$/).waitFor();
      await check("locked");
      await page.getByLabel(/^(?:Passphrase|عبارة المرور)$/).fill("no");
      await press(/^(?:Open|افتح)$/);
      await page.getByRole("alert").waitFor();
      await check("locked-wrong");
      await page.getByLabel(/^(?:Passphrase|عبارة المرور)$/).fill(ONE);
      await press(/^(?:Open|افتح)$/);
      await page
        .locator("[data-reminder]")
        .or(page.locator("nav"))
        .first()
        .waitFor();
      await check("reminder");
      await context.close();
    },
  );
});
