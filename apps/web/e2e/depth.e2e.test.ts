// What a circle can do beyond words, from end to end: an invite that asks nobody, changing and taking back, votes, roles, a
// code read on both sides, leaving.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import {
  actOn,
  askCircle,
  askToJoin,
  composer,
  edit,
  foundCircle,
  goTo,
  hear,
  makeInvite,
  meetPerson,
  openCard,
  say,
  type Person,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { takePicture } from "./support/visit.ts";

let app: ServedApp;
let browser: Browser;
let anna: Person;
let hadi: Person;
let lina: Person;
let place = "";

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  const { origin } = app;
  anna = await meetPerson(browser, { origin, name: "Anna", language: "en" });
  hadi = await meetPerson(browser, { origin, name: "هادي", language: "ar" });
  lina = await meetPerson(browser, { origin, name: "Lina", language: "en" });
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

// Long enough for a busy machine; nobody waits for it where all is well.
const PATIENT = { timeout: 30_000 };
const LATER = { timeout: 120_000 };

describe("an invite that asks nobody", () => {
  it("[AP-28] lets a newcomer in while one member is online, and says so to both before", async () => {
    place = await foundCircle(anna, app.origin, "Palm Street");
    await goTo(anna.page, `${place}/invite`);
    await anna.page.getByText("whoever gets hold of it is in").waitFor();
    const link = await makeInvite(anna, place, "auto");
    await anna.page.getByText("lets in without asking").waitFor();
    await takePicture(anna.page, "depth-auto-invite");
    await goTo(anna.page, place);
    await askToJoin(hadi, link);
    await composer(hadi.page).waitFor();
    await say(hadi, "وصلت");
    await hear(anna, "وصلت");
    await say(anna, "Welcome!");
    await hear(hadi, "Welcome!");
  });

  it("[AP-28] lets nobody in any more when it was ended", async () => {
    await goTo(anna.page, `${place}/invite`);
    await anna.page.getByRole("button", { name: "End this invite" }).click();
    await anna.page.getByRole("button", { name: "End it" }).click();
    await anna.page
      .getByText("lets in without asking")
      .waitFor({ state: "detached" });
    await goTo(anna.page, place);
  });
});

describe("what was said", () => {
  it("[AP-30] is changed by its author, and shows that it was", async () => {
    await say(anna, "At seven");
    await hear(hadi, "At seven");
    await edit(anna, "At seven", "At eight");
    const item = await hear(hadi, "At eight");
    expect(await item.first().innerText()).toContain("معدّلة");
    expect(
      await hadi.page.locator("[data-item]", { hasText: "At seven" }).count(),
    ).toBe(0);
  });

  it("[AP-31] names members, who find themselves named", async () => {
    await composer(anna.page).pressSequentially("@ها");
    await anna.page.getByRole("button", { name: "@هادي" }).click();
    await composer(anna.page).pressSequentially("bring tape");
    await composer(anna.page).press("Enter");
    const item = await hear(hadi, "bring tape");
    expect(await item.first().locator("bdi").last().innerText()).toBe("@هادي");
  });

  it("[AP-32] is pinned on top for everybody, and found again", async () => {
    await actOn(anna, "At eight", "pin");
    await hadi.page.getByRole("button", { name: /At eight/ }).waitFor();
    await hadi.page.getByRole("button", { name: "ابحث في هذه الحلقة" }).click();
    await hadi.page.getByLabel("كلمات", { exact: true }).fill("tape");
    await hadi.page.getByRole("button", { name: "ابحث", exact: true }).click();
    await hadi.page.getByRole("dialog").getByText("bring tape").click();
    await expect
      .poll(
        () => hadi.page.evaluate(() => document.activeElement?.textContent),
        PATIENT,
      )
      .toContain("bring tape");
    await takePicture(hadi.page, "depth-pinned");
  });

  it("[AP-30] is taken back for everybody by its author", async () => {
    await actOn(anna, "bring tape", "deleteAll");
    await hear(hadi, "حذف Anna هذه");
    expect(await hadi.page.locator("main").innerText()).not.toContain(
      "bring tape",
    );
  });

  it("[AP-33] is asked and voted on in the open", async () => {
    await askCircle(anna, "Which day?", ["Monday", "Thursday"]);
    await hadi.page.getByRole("radio", { name: /Thursday/ }).check();
    await anna.page.getByText("1 person").waitFor();
    await anna.page.getByText("1 person").click();
    await anna.page.getByRole("definition").getByText("هادي").waitFor();
    await takePicture(hadi.page, "depth-poll");
  });
});

describe("people", () => {
  it("[AP-29] compare a code on both screens before one is let in", async () => {
    const link = await makeInvite(anna, place);
    await askToJoin(lina, link);
    await goTo(anna.page, `${place}/members`);
    await anna.page
      .getByRole("button", { name: /Compare a code first/ })
      .click();
    const theirs = lina.page.getByRole("img", { name: /^Your code/ });
    const ours = anna.page.getByRole("img", { name: /^Code/ });
    await theirs.waitFor(PATIENT);
    await ours.waitFor(PATIENT);
    expect(await ours.innerText()).toBe(await theirs.innerText());
    await takePicture(anna.page, "depth-code-steward");
    await takePicture(lina.page, "depth-code-newcomer");
    await anna.page.getByRole("button", { name: /^Let in/ }).click();
    await composer(lina.page).waitFor(PATIENT);
  });

  it("[AP-34] see the same number, and the mark of a check", async () => {
    const numberOf = async (person: Person, of: string, check: string) => {
      await openCard(person, place, of);
      await person.page.getByRole("button", { name: check }).click();
      const code = person.page.getByRole("dialog").getByRole("img").first();
      await code.waitFor();
      return code.innerText();
    };
    const ours = await numberOf(anna, "Lina", "Check that it is them");
    const theirs = await numberOf(lina, "Anna", "Check that it is them");
    expect(ours).toBe(theirs);
    await takePicture(anna.page, "depth-safety");
    await anna.page.getByRole("button", { name: "The same number" }).click();
    await anna.page.getByText("checked by you").waitFor({ state: "attached" });
    await goTo(lina.page, place);
  });

  it("[AP-35] get and lose roles, and read only where that was said", async () => {
    await openCard(anna, place, "هادي");
    await anna.page.getByRole("button", { name: "Let read only" }).click();
    await hadi.page.getByText("أنت تقرأ هنا ولا تكتب").waitFor(PATIENT);
    expect(await composer(hadi.page).count()).toBe(0);
    await openCard(anna, place, "Lina");
    await anna.page.getByRole("button", { name: "Make a steward" }).click();
    await anna.page.getByRole("button", { name: "Make a steward" }).click();
    await hear(lina, "You are a steward now.");
    await takePicture(hadi.page, "depth-reader");
  });

  it("[AP-38] take their circles to another device, by a code on both", async () => {
    const { origin } = app;
    const { page } = lina;
    const second = await meetPerson(browser, {
      origin,
      name: "Lina",
      language: "en",
    });
    await second.page.goto(origin);
    await second.page.getByLabel("What should people call you?").fill("Lina");
    await second.page.getByRole("button", { name: "Begin" }).click();
    await second.page.getByRole("heading", { name: "My circles" }).waitFor();
    await goTo(second.page, "#/me/linking");
    await second.page.getByRole("button", { name: "Show its code" }).click();
    const shown = second.page.locator("[data-device-link]");
    await shown.waitFor(PATIENT);
    await takePicture(second.page, "depth-linking-new");
    await goTo(page, "#/me/linking");
    await page
      .getByLabel("What the new device shows")
      .fill((await shown.textContent()) ?? "");
    await page.getByRole("button", { name: "Go on" }).click();
    const codes = [page, second.page].map((one) =>
      one.getByRole("img", { name: /^Code/ }),
    );
    for (const code of codes) await code.waitFor(PATIENT);
    expect(await codes[0]?.innerText()).toBe(await codes[1]?.innerText());
    await takePicture(page, "depth-linking-code");
    for (const one of [page, second.page]) {
      await one
        .getByRole("button", { name: "The same digits on both" })
        .click();
    }
    await second.page.getByText(/^Done/).waitFor(PATIENT);
    await goTo(second.page, place);
    await composer(second.page).waitFor(PATIENT);
    await goTo(page, place);
    await say(lina, "Said on the first device");
    await hear(second, "Said on the first device");
    expect(second.leaks).toEqual(NO_LEAKS);
    await second.context.close();
  });

  it("[AP-36] leave by themselves, and keep what was said until they delete it", async () => {
    await goTo(anna.page, `${place}/settings`);
    await anna.page.getByRole("button", { name: "Leave the circle" }).click();
    await takePicture(anna.page, "depth-leave");
    await anna.page.getByRole("button", { name: "Leave", exact: true }).click();
    // Another's device carries it out; the one whose turn it is may be away, and the next one waits for it a while.
    await lina.page.getByText("Anna left.").first().waitFor(LATER);
    await goTo(anna.page, place);
    await anna.page.getByText(/You left this circle/).waitFor(PATIENT);
    await hear(anna, "At eight");
    await takePicture(anna.page, "depth-left");
  }, 180_000);

  it("[AP-1] [AP-2] and nothing has leaked to anybody", () => {
    for (const { leaks } of [anna, hadi, lina]) {
      expect(leaks).toEqual(NO_LEAKS);
    }
  });
});
