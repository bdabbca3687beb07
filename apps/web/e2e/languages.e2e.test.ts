// The languages beside Arabic and English, as a newcomer meets them; digits and calendar; and the four faults of direction
// that readers of Arabic and Kurdish report of messengers everywhere. Places are measured, pictures are for people.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import { overflow, smallTargets } from "./support/looks.ts";
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
import { takePicture, visit } from "./support/visit.ts";

let app: ServedApp;
let browser: Browser;

// Long enough for a busy machine; nobody waits for it where all is well.
const PATIENT = { timeout: 20_000 };

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

/** What a message is in English and in another language, where the two differ. */
function englishIn(locale: string): ReadonlySet<string> {
  const path = join(import.meta.dirname, `../src/locales/${locale}.po`);
  const pairs = readFileSync(path, "utf8").matchAll(
    /^msgid "(.+)"\nmsgstr "(.*)"$/gmu,
  );
  return new Set(
    [...pairs].flatMap(([, id = "", text]) => (id === text ? [] : [id])),
  );
}

/** All texts and names that are on the page now. */
function textsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(
      document.body,
      NodeFilter.SHOW_TEXT,
    );
    while (walker.nextNode()) texts.push(walker.currentNode.nodeValue ?? "");
    for (const element of document.querySelectorAll("[aria-label]")) {
      texts.push(element.getAttribute("aria-label") ?? "");
    }
    return texts.map((text) => text.trim()).filter((text) => text !== "");
  });
}

describe("the first run", () => {
  it.each([
    ["de-DE", "de", "ltr"],
    ["es-MX", "es", "ltr"],
    ["fr-FR", "fr", "ltr"],
    ["ku-TR", "kmr", "ltr"],
    ["ckb-IQ", "ckb", "rtl"],
  ])(
    "[AP-54] is whole in a browser in %s",
    async (asked, locale, direction) => {
      const { page, leaks, end } = await visit(browser, {
        origin: app.origin,
        locale: asked,
      });
      const english = englishIn(locale);
      expect(english.size).toBeGreaterThan(300);
      await page.locator("form h1").waitFor();
      const html = page.locator("html");
      expect(await html.getAttribute("lang")).toBe(locale);
      expect(await html.getAttribute("dir")).toBe(direction);
      const check = async (name: string): Promise<void> => {
        const texts = await textsOf(page);
        expect(texts.length, name).toBeGreaterThan(5);
        expect(texts.filter((text) => english.has(text))).toEqual([]);
        expect(await findAccessibilityFaults(page), name).toEqual([]);
        expect(await overflow(page), name).toBe(0);
        expect(await smallTargets(page), name).toEqual([]);
        await takePicture(page, `${name}-${locale}`);
      };
      await check("first-run");
      await page.getByRole("textbox").fill("Rojîn");
      await page.locator("form [type=submit]").click();
      await page.locator("h1", { hasNotText: /^(Halqa|هەڵقە)$/u }).waitFor();
      await check("no-circles");
      await goTo(page, "#/me");
      await page.getByRole("radio").first().waitFor();
      await check("me");
      expect(leaks).toEqual(NO_LEAKS);
      await end();
    },
  );
});

describe("digits and calendar", () => {
  it("[AP-50] are chosen in Me, followed at once, and kept on the device", async () => {
    const nour = await meetPerson(browser, {
      origin: app.origin,
      name: "نور",
      language: "ar",
    });
    const { page } = nour;
    await foundCircle(nour, app.origin, "جيران");
    await goTo(page, "#/me");
    const today = page
      .locator("fieldset", { has: page.locator('[value="persian"]') })
      .locator("p");
    expect(await today.innerText()).toMatch(/[٠-٩]/u);
    await page.getByRole("radio", { name: "123" }).click();
    await expect.poll(() => today.innerText(), PATIENT).toMatch(/[0-9]/u);
    const before = await today.innerText();
    await page.locator('[value="persian"]').click();
    await expect.poll(() => today.innerText(), PATIENT).not.toBe(before);
    const persian = await today.innerText();
    await page.reload();
    await expect.poll(() => today.innerText(), PATIENT).toBe(persian);
    expect(await page.evaluate(() => Object.entries(localStorage))).toEqual(
      expect.arrayContaining([
        ["halqa.digits", "latn"],
        ["halqa.calendar", "persian"],
      ]),
    );
    await nour.context.close();
  });
});

interface Box {
  readonly start: number;
  readonly end: number;
}

/** Where some characters of a text are drawn, from the side at which the page begins to be read. */
function charactersOf(target: Locator, wanted: string): Promise<Box> {
  return target.evaluate((element, text) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.nodeValue?.indexOf(text) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + text.length);
      const { x, width } = range.getBoundingClientRect();
      return { start: x, end: x + width };
    }
    throw new Error(`"${text}" is not drawn`);
  }, wanted);
}

async function boxOf(target: Locator): Promise<Box> {
  const box = await target.boundingBox();
  if (box === null) throw new Error("nothing is drawn");
  return { start: box.x, end: box.x + box.width };
}

describe.each([
  { language: "ar", name: "نور" },
  { language: "en", name: "Nour" },
] as const)("direction in $language", ({ language, name }) => {
  const isRtl = language === "ar";
  let own: Person;
  let place = "";

  beforeAll(async () => {
    own = await meetPerson(browser, { origin: app.origin, name, language });
    place = await foundCircle(own, app.origin, "Halle / قاعة");
    await say(own, "Hello, bring ID!");
    await hear(own, "bring ID!");
    await say(own, "مرحبا، أحضروا الهوية!");
    await hear(own, "الهوية!");
  });

  afterAll(() => own.context.close());

  const said = (text: string): Locator =>
    own.page.locator("article p[dir=auto]", { hasText: text });

  it("[AP-55] is that of the whole page: what comes first stands where reading begins", async () => {
    const { page } = own;
    await goTo(page, place);
    await composer(page).waitFor();
    const back = await boxOf(page.locator("main a").first());
    const title = await charactersOf(page.locator("h1"), "Halle");
    const middle = 195;
    expect(back.start > middle).toBe(isRtl);
    expect(title.start < back.start).toBe(isRtl);
    const send = await boxOf(page.locator("form [type=submit]").last());
    expect(send.end < middle).toBe(isRtl);
    await takePicture(page, `direction-${language}`);
  });

  it("[AP-55] of a message is its own, and its punctuation stays at its end", async () => {
    await goTo(own.page, place);
    const latin = said("bring ID");
    const arabic = said("الهوية");
    await latin.waitFor();
    const mark = await charactersOf(latin, "!");
    expect(mark.start).toBeGreaterThan((await charactersOf(latin, "ID")).start);
    expect((await charactersOf(latin, "Hello")).start).toBeLessThan(mark.start);
    const end = await charactersOf(arabic, "!");
    expect(end.end).toBeLessThan((await charactersOf(arabic, "مرحبا")).start);
    // The bubble's side says who speaks, not which script.
    const bubbles = await Promise.all([boxOf(latin), boxOf(arabic)]);
    const sides = bubbles.map(({ start, end: far }) => start + far > 390);
    expect(sides).toEqual([!isRtl, !isRtl]);
  });

  it("[AP-55] mirrors the arrow back, and never a time", async () => {
    await goTo(own.page, place);
    const arrow = own.page.locator("main a svg").first();
    const turn = await arrow.evaluate(
      (element) => getComputedStyle(element).transform,
    );
    expect(turn).toBe(isRtl ? "matrix(-1, 0, 0, 1, 0, 0)" : "none");
    const time = own.page.locator("article time").last();
    const clock = (await time.innerText()).match(/\p{Nd}+/gu) ?? [];
    const [hours = "", minutes = ""] = clock;
    const first = await charactersOf(time, `${hours}:`);
    const text = (await time.textContent()) ?? "";
    const last = await time.evaluate(
      (element, at) => {
        const node = document
          .createTreeWalker(element, NodeFilter.SHOW_TEXT)
          .nextNode();
        if (node === null) throw new Error("no time");
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 2);
        return range.getBoundingClientRect().x;
      },
      text.indexOf(":") + 1,
    );
    expect(minutes).not.toBe("");
    expect(last).toBeGreaterThan(first.start);
  });

  it("[AP-55] of the caret is that of what is written, from the first letter on", async () => {
    await goTo(own.page, place);
    const box = composer(own.page);
    const direction = (): Promise<string> =>
      box.evaluate((element) => getComputedStyle(element).direction);
    await box.fill("س");
    expect(await direction()).toBe("rtl");
    await box.fill("s");
    expect(await direction()).toBe("ltr");
    await box.fill("123 س");
    expect(await direction()).toBe("rtl");
    await box.fill("");
  });
});
