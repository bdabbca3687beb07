// Codes before a camera, which sees what a file of a test holds: an invite, somebody's number, a code of another kind, and
// the way for who has no camera or lets nobody use it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { cameraFlags, showToCamera } from "./support/fake-camera.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import {
  composer,
  foundCircle,
  goTo,
  makeInvite,
  meetPerson,
  type Person,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { takePicture } from "./support/visit.ts";

const folder = mkdtempSync(join(tmpdir(), "halqa-camera-"));
const seen = join(folder, "seen.y4m");

let app: ServedApp;
let browser: Browser;
let anna: Person;
let hadi: Person;
let place = "";
let link = "";

beforeAll(async () => {
  app = await serveApp();
  showToCamera(seen);
  browser = await launchBrowser(cameraFlags(seen));
  const { origin } = app;
  anna = await meetPerson(browser, { origin, name: "Anna", language: "en" });
  hadi = await meetPerson(browser, { origin, name: "هادي", language: "ar" });
  place = await foundCircle(anna, origin, "Palm Street");
  link = await makeInvite(anna, place, "auto");
});

afterAll(async () => {
  await browser.close();
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** How often the page has asked for a camera, counted from its first script on. */
async function countAsking(page: Page): Promise<() => Promise<number>> {
  let count = 0;
  await page.exposeFunction("countAsking", () => {
    count += 1;
  });
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wanted) => {
      await window.countAsking();
      return ask(wanted);
    };
  });
  return async () => count;
}

declare global {
  interface Window {
    countAsking(): Promise<void>;
  }
}

/** In a sentence of another direction a name has marks around it that no person types. */
async function openTheirCard({ page }: Person, name: RegExp): Promise<void> {
  await goTo(page, `${place}/members`);
  await page.getByRole("button", { name }).click();
  await page.getByRole("dialog").waitFor();
}

describe("a code", () => {
  it("[AP-81] [AP-82] is not asked a camera for before it is wanted, and is read from a picture where none is allowed", async () => {
    await anna.page
      .locator("[data-invite-link]")
      .waitFor({ state: "attached" });
    const picture = await anna.page
      .getByRole("img", { name: "The invite as a code to be scanned" })
      .screenshot();
    const { page } = hadi;
    const asked = await countAsking(page);
    await page.goto(`${app.origin}/#/join`);
    const scan = page.getByRole("button", { name: "امسح الرمز" });
    await scan.waitFor();
    expect(await asked()).toBe(0);
    await scan.click();
    await page.getByText("الكاميرا غير مسموح بها").waitFor();
    expect(await asked()).toBe(1);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await takePicture(page, "scan-refused-ar");
    const file = page.getByLabel("أو اختر صورة للرمز");
    const buffer = await page.screenshot();
    const mimeType = "image/png";
    await file.setInputFiles({ name: "none.png", mimeType, buffer });
    await page.getByText("لا يمكن قراءة رمز").waitFor();
    await file.setInputFiles({ name: "code.png", mimeType, buffer: picture });
    await page.getByRole("heading", { name: /Anna/ }).waitFor();
  });

  it("[AP-81] of another kind leads nowhere, and that of an invite to the invite", async () => {
    const { page, context } = hadi;
    await context.grantPermissions(["camera"], { origin: app.origin });
    showToCamera(seen, `${app.origin}/#l1.AAAA`);
    await page.goto(`${app.origin}/#/join`);
    await page.reload();
    const scan = page.getByRole("button", { name: "امسح الرمز" });
    await scan.click();
    await page.getByText("ليس الرمز المطلوب هنا").waitFor();
    await takePicture(page, "scan-looking-ar");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    showToCamera(seen, link);
    await scan.click();
    await page.getByRole("heading", { name: /Anna/ }).waitFor();
    expect(await page.evaluate(() => document.querySelector("video"))).toBe(
      null,
    );
    await page.getByLabel("بأي اسم يعرفك الأعضاء؟").fill("هادي");
    await page.getByRole("button", { name: "انضم", exact: true }).click();
    await goTo(anna.page, place);
    await composer(page).waitFor();
  });

  it("[AP-81] of somebody's screen marks them as checked, and another one warns", async () => {
    await openTheirCard(hadi, /^المزيد عن.*Anna/);
    const { page } = hadi;
    await page.getByRole("button", { name: "تأكد من أنه هو" }).click();
    await page
      .getByText("رمزًا للكاميرا")
      .or(page.locator("details summary"))
      .last()
      .click();
    await anna.context.grantPermissions(["camera"], { origin: app.origin });
    await takePicture(page, "scan-number-ar");
    const picture = await page
      .getByRole("dialog")
      .locator("svg[role=img]")
      .screenshot();
    await openTheirCard(anna, /^More about.*هادي/);
    await anna.page
      .getByRole("button", { name: "Check that it is them" })
      .click();
    // A code of this kind, of other keys.
    showToCamera(seen, `s1.${Buffer.alloc(96, 7).toString("base64url")}`);
    const scan = anna.page.getByRole("button", { name: "Scan their code" });
    await scan.click();
    await anna.page
      .getByText("Somebody may stand between you.")
      .first()
      .waitFor();
    showToCamera(seen);
    await scan.click();
    await anna.page
      .getByLabel("Or choose a picture of the code")
      .setInputFiles({
        name: "code.png",
        mimeType: "image/png",
        buffer: picture,
      });
    await anna.page.getByText("checked by you").waitFor({ state: "attached" });
  });

  it("[AP-1] [AP-2] has left the device with nobody", () => {
    expect(anna.leaks).toEqual(NO_LEAKS);
    expect(hadi.leaks).toEqual(NO_LEAKS);
  });
});
