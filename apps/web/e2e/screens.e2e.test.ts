// Every place of the app with something in it: axe, targets, large text, narrow screens, the keyboard, no motion. Real
// engine, real relay: nothing here is a mock-up.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import { LOOKS, overflow, smallTargets } from "./support/looks.ts";
import {
  actOn,
  askCircle,
  askToJoin,
  composer,
  foundCircle,
  goTo,
  hear,
  letIn,
  makeInvite,
  meetPerson,
  react,
  replyTo,
  say,
  setMeeting,
  type Person,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { PHONE, takePicture } from "./support/visit.ts";

let app: ServedApp;
let browser: Browser;
let nour: Person;
let place = "";
let link = "";

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  const { origin } = app;
  nour = await meetPerson(browser, { origin, name: "نور", language: "ar" });
  const anna = await meetPerson(browser, {
    origin,
    name: "Anna",
    language: "en",
  });
  const third = await meetPerson(browser, {
    origin,
    name: "طارق",
    language: "ar",
  });
  place = await foundCircle(nour, origin, "جيران شارع النخيل");
  link = await makeInvite(nour, place);
  await askToJoin(anna, link);
  await letIn(nour, place, ["Anna"]);
  await composer(anna.page).waitFor();
  await say(anna, "Ich bringe den Beamer mit: https://example.org/plan");
  await hear(nour, "Beamer");
  await replyTo(nour, "Beamer", "ممتاز، شكرًا bring ID");
  await react(nour, "Beamer", "✊");
  await setMeeting(nour, "اجتماع الجيران", "2030-11-26");
  await anna.page.getByRole("radio", { name: "Coming" }).check();
  await askCircle(anna, "Which day?", ["Monday", "السبت"]);
  await anna.page.getByRole("radio", { name: /Monday/ }).check();
  await hear(nour, "Which day?");
  await actOn(nour, "Beamer", "pin");
  await askToJoin(third, link);
  await nour.page.getByText("طارق يطلب الانضمام").waitFor();
  await third.context.close();
  await anna.context.close();
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

// Long enough for a busy machine; nobody waits for it where all is well.
const PATIENT = { timeout: 20_000 };

/** The places, and what is opened in each. */
const PLACES: readonly (readonly [
  name: string,
  open: (page: Page) => Promise<unknown>,
])[] = [
  ["circles", (page) => goTo(page, "#/")],
  [
    "start",
    async (page) => {
      await goTo(page, "#/");
      await page
        .getByRole("button", { name: /Start or join|ابدأ حلقة أو/ })
        .click();
      await page.getByRole("dialog").waitFor();
    },
  ],
  ["circle", (page) => goTo(page, place)],
  [
    "menu",
    async (page) => {
      await goTo(page, place);
      await page
        .locator("[data-item]", { hasText: "ممتاز" })
        .first()
        .click({ button: "right" });
      await page.getByRole("dialog").waitFor();
    },
  ],
  ["add", add()],
  ["meeting", add(/Set a meeting|حدّد اجتماعًا/)],
  ["poll", add(/Ask the circle|اسأل الحلقة/)],
  ["task", add(/Add a task|أضف مهمة/)],
  ["minutes", add(/Write minutes|اكتب محضرًا/)],
  [
    "change-meeting",
    async (page) => {
      await goTo(page, place);
      await page
        .locator("[data-item]", { hasText: "اجتماع الجيران" })
        .first()
        .getByRole("button", { name: /What to do with|ماذا تفعل بهذه/ })
        .click();
      await page.getByRole("button", { name: /Move, change|انقله أو/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  ],
  ["hide", menuOf("Beamer", /Hide from|أخفِها عن/)],
  ["delete", menuOf("ممتاز", /Delete for|احذفها للجميع/)],
  ["forward", menuOf("ممتاز", /Take it over|انقلها/)],
  [
    "search",
    async (page) => {
      await goTo(page, place);
      await page.getByRole("button", { name: /Search in|ابحث في/ }).click();
      await page.getByLabel(/^(?:Words|كلمات)$/).fill("Beamer");
      await page.getByRole("button", { name: /^(?:Search|ابحث)$/ }).click();
      await page.getByRole("dialog").getByText("Ich bringe").waitFor();
    },
  ],
  ["members", (page) => goTo(page, `${place}/members`)],
  [
    "removal",
    async (page) => {
      await goTo(page, `${place}/members`);
      await card()(page);
      await page.getByRole("button", { name: /Remove from|أزِله من/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  ],
  ["card", card()],
  ["safety", card(/Check that it is|تأكد من أنه/)],
  ["promote", card(/Make a steward|اجعله مشرفًا/)],
  ["settings", (page) => goTo(page, `${place}/settings`)],
  ["leave", setting(/^(?:Leave the circle|غادر الحلقة)$/)],
  ["close", setting(/Close the circle|أغلق الحلقة/)],
  ["invite", (page) => goTo(page, `${place}/invite`)],
  [
    "revoke",
    async (page) => {
      await goTo(page, `${place}/invite`);
      await page
        .getByRole("button", { name: /End this invite|أنهِ هذه/ })
        .first()
        .click();
      await page.getByRole("dialog").waitFor();
    },
  ],
  ["join", (page) => goTo(page, "#/join")],
  ["me", (page) => goTo(page, "#/me")],
  ["linking", (page) => goTo(page, "#/me/linking")],
  ["nowhere", (page) => goTo(page, "#/circle/none")],
];

type Open = (page: Page) => Promise<void>;

/** The sheet of what can be added, or one of its forms. */
function add(kind?: RegExp): Open {
  return async (page) => {
    await goTo(page, place);
    await page.getByRole("button", { name: /Add something|أضف شيئًا/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    if (kind) await dialog.getByRole("button", { name: kind }).click();
    await dialog.waitFor();
  };
}

/** A step of an item's menu. */
function menuOf(text: string, act: RegExp): Open {
  return async (page) => {
    await goTo(page, place);
    await page
      .locator("[data-item]", { hasText: text })
      .first()
      .getByRole("button", { name: /What to do with|ماذا تفعل بهذه/ })
      .click();
    await page.getByRole("button", { name: act }).click();
    await page.getByRole("dialog").waitFor();
  };
}

/** A member's card, or a step of it. */
function card(act?: RegExp): Open {
  return async (page) => {
    await goTo(page, `${place}/members`);
    await page
      .getByRole("button", { name: /More about|المزيد عن/ })
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    if (act) await dialog.getByRole("button", { name: act }).click();
    await dialog.waitFor();
  };
}

function setting(act: RegExp): Open {
  return async (page) => {
    await goTo(page, `${place}/settings`);
    await page.getByRole("button", { name: act }).click();
    await page.getByRole("dialog").waitFor();
  };
}

async function look(
  page: Page,
  { locale, theme, viewport }: (typeof LOOKS)[number],
): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize(viewport);
  await page.evaluate((code) => {
    localStorage.setItem("halqa.language", code);
  }, locale);
  await page.goto(`${app.origin}/#/me`);
  await page.reload();
  await page.getByRole("heading", { name: /^(?:Me|أنا)$/, level: 1 }).waitFor();
}

/** Opens a place, and leaves its dialog behind afterwards. */
async function at(
  page: Page,
  open: (page: Page) => Promise<unknown>,
  check: () => Promise<void>,
): Promise<void> {
  await open(page);
  await page.locator("main h1").first().waitFor();
  // Words of another language or a later part may still come.
  await page.waitForLoadState("networkidle");
  await check();
  if ((await page.getByRole("dialog").count()) > 0) {
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
}

describe("every place", () => {
  it.each(LOOKS)(
    "[AP-7] [AP-8] has no fault that axe finds and no small target: $locale, $theme, $screen",
    async (own) => {
      const { page, leaks } = nour;
      await look(page, own);
      for (const [name, open] of PLACES) {
        await at(page, open, async () => {
          expect(await findAccessibilityFaults(page), name).toEqual([]);
          expect(await overflow(page), name).toBe(0);
          expect(await smallTargets(page), name).toEqual([]);
          await takePicture(
            page,
            `${name}-${own.locale}-${own.theme}-${own.screen}`,
          );
        });
      }
      expect(leaks).toEqual(NO_LEAKS);
    },
  );

  it("[AP-8] fits text at 200 % and a screen of 320 px", async () => {
    const { page } = nour;
    await look(page, LOOKS[0]);
    for (const [name, open] of PLACES) {
      await at(page, open, async () => {
        await page.evaluate(() => {
          document.documentElement.style.fontSize = "200%";
        });
        expect(await overflow(page), `${name} at 200 %`).toBe(0);
        await takePicture(page, `${name}-large-text`);
        await page.evaluate(() => {
          document.documentElement.style.fontSize = "";
        });
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await overflow(page), `${name} at 320 px`).toBe(0);
        await page.setViewportSize(PHONE);
      });
    }
  });

  it("[AP-8] moves nothing for those who ask for no motion", async () => {
    const { page } = nour;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await goTo(page, place);
    await composer(page).waitFor();
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")]
        .map((element) => getComputedStyle(element))
        .filter(
          ({ transitionDuration, animationName }) =>
            transitionDuration !== "0s" || animationName !== "none",
        ),
    );
    expect(moving).toEqual([]);
    await page.emulateMedia({ reducedMotion: null });
  });
});

describe("the keyboard", () => {
  it("[AP-20] begins at the heading of each place that one comes to", async () => {
    const { page } = nour;
    await look(page, LOOKS[1]);
    const headings = [
      ["#/", "My circles"],
      [place, "جيران شارع النخيل"],
      [`${place}/members`, "Members"],
      [`${place}/invite`, "Invite"],
      ["#/me", "Me"],
    ] as const;
    for (const [hash, heading] of headings) {
      await goTo(page, hash);
      await expect
        .poll(
          () => page.evaluate(() => document.activeElement?.textContent),
          PATIENT,
        )
        .toBe(heading);
    }
  });

  it("[AP-20] takes one stop for all messages, goes through them by arrows, and back to the box", async () => {
    const { page } = nour;
    await look(page, LOOKS[1]);
    await goTo(page, place);
    await hear(nour, "Beamer");
    await composer(page).focus();
    // From the box: the meeting's button, then the list as a whole, then the bar.
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.textContent ?? "");
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe(
      "Messages",
    );
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toContain("Which day?");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toContain("اجتماع الجيران");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toContain("ممتاز");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toContain("Beamer");
    await page.keyboard.press("Enter");
    await page
      .getByRole("dialog", { name: "What to do with this message" })
      .waitFor();
    await page.keyboard.press("Escape");
    expect(await focused()).toContain("Beamer");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe(
      "Message",
    );
  });

  it("[AP-27] sends with Enter where there is a fine pointer, and not while a character is composed", async () => {
    const { page } = nour;
    await goTo(page, place);
    const box = composer(page);
    await box.fill("one");
    await box.press("Shift+Enter");
    await box.pressSequentially("two");
    expect(await box.inputValue()).toBe("one\ntwo");
    await box.dispatchEvent("keydown", { key: "Enter", isComposing: true });
    expect(await box.inputValue()).toBe("one\ntwo");
    await box.press("Enter");
    expect(await box.inputValue()).toBe("");
    await hear(nour, "one\ntwo");
  });

  it("[AP-27] makes a line with Enter where there is no fine pointer", async () => {
    const { origin } = app;
    const context = await browser.newContext({
      viewport: PHONE,
      locale: "en",
      isMobile: true,
      hasTouch: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const lina: Person = {
      name: "Lina",
      language: "en",
      context,
      page,
      leaks: NO_LEAKS,
    };
    await foundCircle(lina, origin, "Phones");
    const box = composer(page);
    await box.fill("one");
    await box.press("Enter");
    await box.pressSequentially("two");
    expect(await box.inputValue()).toBe("one\ntwo");
    await box.press("Control+Enter");
    expect(await box.inputValue()).toBe("");
    await context.close();
  });
});

describe("what is read", () => {
  it("[AP-26] is told only from a window that has the focus and shows the end", async () => {
    const { origin } = app;
    const lina = await meetPerson(browser, {
      origin,
      name: "Lina",
      language: "en",
    });
    await look(nour.page, LOOKS[0]);
    await askToJoin(lina, link);
    await letIn(nour, place, ["Lina"]);
    await composer(lina.page).waitFor();
    await goTo(nour.page, "#/me");
    await hear(lina, "joined");
    await say(lina, "Is anybody here?");
    await goTo(nour.page, "#/");
    const row = nour.page.getByRole("link", { name: /جيران شارع النخيل/ });
    await expect
      .poll(() => row.last().innerText(), PATIENT)
      .toContain("رسالة جديدة");
    await row.last().click();
    await hear(nour, "Is anybody here?");
    await nour.page.locator("[data-unread-line]").waitFor();
    await goTo(nour.page, "#/");
    await expect
      .poll(() => row.last().innerText(), PATIENT)
      .not.toContain("رسالة جديدة");
    await lina.context.close();
  });
});
