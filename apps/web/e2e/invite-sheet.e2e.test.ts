// An invite for a room and for paper: large on the screen with what it allows, and one sheet of paper with how one comes in.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import {
  askToJoin,
  composer,
  foundCircle,
  goTo,
  makeInvite,
  meetPerson,
  type Person,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { overflow } from "./support/looks.ts";
import { DESKTOP, PHONE, takePicture } from "./support/visit.ts";

let app: ServedApp;
let browser: Browser;
let salma: Person;
let anna: Person;
let place = "";
let link = "";

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  const { origin } = app;
  salma = await meetPerson(browser, { origin, name: "سلمى", language: "ar" });
  anna = await meetPerson(browser, { origin, name: "Anna", language: "en" });
  place = await foundCircle(salma, origin, "نقابة عمال المخبز");
  link = await makeInvite(salma, place, "auto");
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

// A5 and A4 within the margins that browsers leave.
const PAPERS = [
  { format: "A5", width: 483, height: 718 },
  { format: "A4", width: 718, height: 1047 },
] as const;

/** Whether the sheet alone is on the paper, whole, dark on white. */
function onPaper(page: Page): Promise<Readonly<Record<string, unknown>>> {
  return page.evaluate(() => {
    const sheet = document.querySelector("[data-sheet]");
    if (sheet === null) return { isThere: false };
    const corners = [
      [2, 2],
      [innerWidth - 2, 2],
      [2, innerHeight - 2],
      [innerWidth - 2, innerHeight - 2],
    ] as const;
    const { color, backgroundColor, direction } = getComputedStyle(sheet);
    return {
      isThere: true,
      isAlone: corners.every(([x, y]) =>
        sheet.contains(document.elementFromPoint(x, y)),
      ),
      isWhole: sheet.scrollHeight <= sheet.clientHeight,
      color,
      backgroundColor,
      direction,
    };
  });
}

async function expectPrintable(
  page: Page,
  direction: "ltr" | "rtl",
): Promise<void> {
  const before = page.viewportSize() ?? PHONE;
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const { format, width, height } of PAPERS) {
    await page.setViewportSize({ width, height });
    expect(await onPaper(page)).toEqual({
      isThere: true,
      isAlone: true,
      isWhole: true,
      color: "rgb(0, 0, 0)",
      backgroundColor: "rgb(255, 255, 255)",
      direction,
    });
    await takePicture(page, `sheet-${format}-${direction}`);
    const pdf = await page.pdf({ format });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g);
    expect(pages).toHaveLength(1);
  }
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
  await page.setViewportSize(before);
}

describe("an invite for many", () => {
  it("[AP-83] stands large on the screen with who invites, and what it allows", async () => {
    const { page } = salma;
    await page.getByRole("link", { name: "كبّرها أو اطبعها" }).click();
    const sheet = page.locator("[data-sheet]");
    await sheet.getByRole("heading", { name: /سلمى/ }).waitFor();
    await sheet.getByText("لم يأتِ بها أحد بعد").waitFor();
    for (const viewport of [PHONE, DESKTOP]) {
      await page.setViewportSize(viewport);
      const code = await sheet.getByRole("img").boundingBox();
      const least = Math.min(viewport.width * 0.85, viewport.height * 0.6);
      expect(code?.width).toBeGreaterThan(Math.min(least, 480));
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      await takePicture(page, `sheet-ar-${viewport.width}`);
    }
    await page.setViewportSize(PHONE);
  });

  it("[AP-83] counts who comes by it while it is shown", async () => {
    await askToJoin(anna, link);
    await composer(anna.page).waitFor();
    await salma.page
      .locator("[data-sheet]")
      .getByText("جاء بها شخص واحد")
      .waitFor();
  });

  it("[AP-83] is one sheet of paper in A5 and A4, in both directions", async () => {
    await expectPrintable(salma.page, "rtl");
    await goTo(anna.page, `${place}/invite`);
    await anna.page
      .getByRole("link", { name: "Show it large or print it" })
      .click();
    await anna.page
      .getByText("You are in as soon as a member is online")
      .waitFor();
    await expectPrintable(anna.page, "ltr");
  });

  it("[AP-1] [AP-2] has leaked nothing", () => {
    expect(salma.leaks).toEqual(NO_LEAKS);
    expect(anna.leaks).toEqual(NO_LEAKS);
  });
});
