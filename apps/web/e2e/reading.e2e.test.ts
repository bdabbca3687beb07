// Reading further up: nothing is lost of one's place, and the way down is offered.

import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import {
  askToJoin,
  composer,
  foundCircle,
  goTo,
  hear,
  makeInvite,
  meetPerson,
  openMenu,
  say,
  type Person,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";

let app: ServedApp;
let browser: Browser;
let anna: Person;
let hadi: Person;
let place = "";

const LINES = 30;

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  const { origin } = app;
  anna = await meetPerson(browser, { origin, name: "Anna", language: "en" });
  hadi = await meetPerson(browser, { origin, name: "هادي", language: "ar" });
  place = await foundCircle(anna, app.origin, "Palm Street");
  const link = await makeInvite(anna, place, "auto");
  await goTo(anna.page, place);
  await askToJoin(hadi, link);
  await composer(hadi.page).waitFor();
  // Long ones, so that a screen holds few.
  for (let line = 1; line <= LINES; line++) {
    await say(anna, `line ${line} `.padEnd(200, "and so on, "));
  }
  await hear(hadi, `line ${LINES} `);
}, 180_000);

afterAll(async () => {
  await browser.close();
  await app.stop();
});

function scrollTop(): number {
  return document.querySelector('[role="group"][tabindex="0"]')?.scrollTop ?? 0;
}

function down(): Locator {
  return anna.page.getByRole("button", { name: "To the newest message" });
}

async function isInView(locator: Locator): Promise<boolean> {
  const box = await locator.boundingBox();
  const height = anna.page.viewportSize()?.height ?? 0;
  return box !== null && box.y > 0 && box.y < height;
}

async function scrollTo(top: number): Promise<void> {
  await anna.page.evaluate((wanted) => {
    document
      .querySelector('[role="group"][tabindex="0"]')
      ?.scrollTo({ top: wanted });
  }, top);
}

describe("reading further up", () => {
  it("[AP-43] goes on where it was left, after a look elsewhere", async () => {
    const { page } = anna;
    await scrollTo(-900);
    await down().waitFor();
    await goTo(page, "#/");
    await page.locator("[data-item]").first().waitFor({ state: "detached" });
    await goTo(page, place);
    await page.locator("[data-item]").first().waitFor();
    const back = await page.evaluate(scrollTop);
    expect(Math.abs(back + 900)).toBeLessThan(5);
  });

  it("[AP-43] is not moved by what is new, and the way down leads there", async () => {
    const { page } = anna;
    const item = page.locator("[data-item]", { hasText: "line 24 " });
    const before = await item.boundingBox();
    await say(hadi, "وصلت الكراسي");
    await down().getByText("1 new").waitFor();
    const after = await item.boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 99))).toBeLessThan(2);
    await down().click();
    await expect.poll(() => page.evaluate(scrollTop)).toBeGreaterThan(-48);
    await down().waitFor({ state: "detached" });
  });

  it("[AP-43] begins at what is new, and the way down leads to that first and then to the end", async () => {
    const { page } = anna;
    await goTo(page, "#/");
    await page.locator("[data-item]").first().waitFor({ state: "detached" });
    for (let line = 1; line <= 12; line++) {
      await say(hadi, `سطر ${line} `.padEnd(200, "وهكذا، "));
    }
    await page.getByText("12 new messages").first().waitFor();
    await goTo(page, place);
    const line = page.locator("[data-unread-line]");
    await line.waitFor();
    expect(await page.evaluate(scrollTop)).toBeLessThan(-48);
    await scrollTo(-6_000);
    await expect.poll(() => isInView(line)).toBe(false);
    await down().click();
    await expect.poll(() => isInView(line)).toBe(true);
    expect(await page.evaluate(scrollTop)).toBeLessThan(-48);
    await down().click();
    await expect.poll(() => page.evaluate(scrollTop)).toBeGreaterThan(-48);
  });

  it("[AP-44] answers and changes are ended by Escape, and the last own message is changed by ArrowUp", async () => {
    const { page } = anna;
    await composer(page).press("ArrowUp");
    await page.getByText("Changing your message").waitFor();
    expect(await composer(page).inputValue()).toContain(`line ${LINES} `);
    await composer(page).press("Escape");
    await page
      .getByText("Changing your message")
      .waitFor({ state: "detached" });
    expect(await composer(page).inputValue()).toBe("");
    await openMenu(anna, "وصلت الكراسي");
    await page.getByRole("button", { name: "Reply" }).click();
    const form = page.locator("form", { hasText: "وصلت الكراسي" });
    await form.waitFor();
    await composer(page).press("Escape");
    await form.waitFor({ state: "detached" });
  });

  it("[AP-43] ends with an own message, which stands at the end", async () => {
    const { page } = anna;
    await scrollTo(-900);
    await say(anna, "On my way");
    await expect.poll(() => page.evaluate(scrollTop)).toBeGreaterThan(-48);
    await page.getByText("On my way").waitFor();
  });
});
