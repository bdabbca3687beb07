// What the app is for, from end to end: three people with a browser each, the real build, the real relay. One founds a
// circle in Arabic, two come by a link, they talk, one is away for a while, a meeting is answered, one has to go.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import {
  askToJoin,
  composer,
  foundCircle,
  goTo,
  hear,
  letIn,
  makeInvite,
  meetPerson,
  react,
  removeMember,
  replyTo,
  say,
  setMeeting,
  type Person,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { takePicture } from "./support/visit.ts";

let app: ServedApp;
let browser: Browser;
let salma: Person;
let anna: Person;
let hadi: Person;
let place = "";

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  const { origin } = app;
  salma = await meetPerson(browser, { origin, name: "سلمى", language: "ar" });
  anna = await meetPerson(browser, { origin, name: "Anna", language: "en" });
  hadi = await meetPerson(browser, { origin, name: "هادي", language: "ar" });
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

// Long enough for a busy machine; nobody waits for it where all is well.
const PATIENT = { timeout: 20_000 };

describe("a circle of three", () => {
  it("[AP-18] is founded in Arabic, and two come by its link", async () => {
    place = await foundCircle(salma, app.origin, "نقابة عمال المخبز");
    const link = await makeInvite(salma, place);
    expect(link).toMatch(new RegExp(`^${app.origin}/#j1\\.[\\w-]+$`));
    await takePicture(salma.page, "journey-invite");

    await anna.page.goto(link);
    await anna.page
      .getByRole("heading", { name: /سلمى\u2069? invites you/u })
      .waitFor();
    await takePicture(anna.page, "journey-join");
    await askToJoin(anna, link);
    await anna.page.getByText("You have asked to join").waitFor();
    await askToJoin(hadi, link);
    expect(anna.page.url()).not.toContain("j1.");

    await letIn(salma, place, ["Anna", "هادي"]);
    // They arrive without doing anything.
    await composer(anna.page).waitFor();
    await composer(hadi.page).waitFor();
  });

  it("[AP-19] talks, answers and reacts, each in their own language", async () => {
    await say(salma, "أهلًا بكم جميعًا");
    await hear(anna, "أهلًا بكم جميعًا");
    await say(anna, "Hello! Who brings the flyers?");
    await hear(hadi, "Who brings the flyers?");
    await replyTo(hadi, "Who brings the flyers?", "أنا أجلبها bring ID");
    await react(salma, "Who brings the flyers?", "✊");
    const quoted = await hear(anna, "أنا أجلبها");
    expect(await quoted.innerText()).toContain("Who brings the flyers?");
    await anna.page.locator("[data-item] button", { hasText: "✊" }).waitFor();
    await takePicture(anna.page, "journey-chat-en");
    await takePicture(salma.page, "journey-chat-ar");
  });

  it("answers a meeting", async () => {
    await setMeeting(salma, "الاجتماع الأول", "2030-11-26");
    await anna.page.getByRole("radio", { name: "Coming" }).check();
    await salma.page.getByText("سيحضر شخص واحد").first().waitFor();
    await hadi.page.getByRole("radio", { name: "ربما" }).check();
    await anna.page.getByText("2 answers").waitFor();
    await takePicture(salma.page, "journey-meeting");
  });

  it("loses and doubles nothing when a page is loaded anew in mid-send", async () => {
    for (let count = 1; count <= 3; count += 1) {
      await say(anna, `mid-send ${count}`);
      // What stands in the list is stored, whether it has left or not.
      await hear(anna, `mid-send ${count}`);
      await anna.page.reload();
      await composer(anna.page).waitFor();
    }
    for (const person of [salma, hadi, anna]) {
      for (let count = 1; count <= 3; count += 1) {
        const items = await hear(person, `mid-send ${count}`);
        expect(await items.count()).toBe(1);
      }
    }
  });

  it("[AP-23] is read and written without a network, and catches up", async () => {
    await anna.page.waitForFunction(
      () => navigator.serviceWorker.controller !== null,
    );
    await anna.context.setOffline(true);
    // A deep link, with neither relay nor app to be reached.
    await anna.page.reload();
    await hear(anna, "Who brings the flyers?");
    await say(anna, "written without a network");
    await say(salma, "said meanwhile");
    await anna.page.getByText("You can read and write").waitFor();
    await takePicture(anna.page, "journey-offline");
    await anna.context.setOffline(false);
    await hear(anna, "said meanwhile");
    await hear(hadi, "written without a network");
    await hear(salma, "written without a network");
  });

  it("removes one, who sees nothing more while the others go on", async () => {
    await removeMember(salma, place, "هادي");
    await hadi.page.getByText("أُزلت من الحلقة").waitFor();
    await hear(anna, "removed هادي");
    await goTo(salma.page, place);
    await say(salma, "الآن نحن اثنتان");
    await hear(anna, "الآن نحن اثنتان");
    expect(await composer(hadi.page).count()).toBe(0);
    expect(await hadi.page.locator("body").innerText()).not.toContain(
      "الآن نحن اثنتان",
    );
    await hadi.page
      .getByRole("button", { name: "احذف الحلقة من هذا الجهاز" })
      .click();
    await expect.poll(() => new URL(hadi.page.url()).hash, PATIENT).toBe("#/");
    expect(await hadi.page.locator("main").innerText()).not.toContain("نقابة");
  });

  it("[AP-1] [AP-2] has leaked nothing to anybody", () => {
    expect(salma.leaks).toEqual(NO_LEAKS);
    expect(hadi.leaks).toEqual(NO_LEAKS);
    // Being without a network is said on the console by the browser itself.
    const errors = anna.leaks.errors.filter(
      (error) => !error.includes("net::ERR_INTERNET_DISCONNECTED"),
    );
    expect({ ...anna.leaks, errors }).toEqual(NO_LEAKS);
  });
});
