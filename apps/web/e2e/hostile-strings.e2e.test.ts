// What a hostile member can write, in every place where it is shown to somebody else: markup that would run, marks that turn
// text round, signs that nobody sees. The app's own forms send it, so it is what the engine lets through; what the engine
// refuses never gets this far (packages/model/src/text.test.ts).

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import {
  askCircle,
  askToJoin,
  composer,
  foundCircle,
  goTo,
  hear,
  letIn,
  makeInvite,
  meetPerson,
  openMenu,
  react,
  replyTo,
  say,
  setMeeting,
  type Person,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";

// Whatever of these becomes an element has the attribute, and whatever runs leaves a mark on the window.
const NAME = '<img data-hostile src=x onerror="owned=1">';
const CIRCLE = '"><svg data-hostile onload=owned=1>';
/** The words of the app are put together with tags of this form: a name may not pass for one. */
const TAG_NAME = "</0><0>safe</0><1/>";
const MESSAGES: readonly string[] = [
  "<script data-hostile>owned=1</script>",
  '<iframe data-hostile srcdoc="<script>parent.owned=1</script>">',
  '<a data-hostile href="javascript:owned=1">x</a> [x](javascript:owned=1)',
  "javascript:owned=1 JAVASCRIPT:owned=1 java\tscript:owned=1 vbscript:owned=1",
  "data:text/html,<script data-hostile>owned=1</script> blob:null/owned",
  'https://halqa.example/"onmouseover="owned=1"data-hostile="',
  "https://halqa.example/<img/data-hostile/src=x/onerror=owned=1>",
  "{{constructor.constructor('owned=1')()}} ${owned=1} {0} {name, plural, one {#}} <0>bold</0>",
  '__proto__ constructor "><style data-hostile>*{display:none}</style>',
  "turned \u200f\u2067round\u2069 and \u200bhid\u2060den\ufeff",
];

let app: ServedApp;
let browser: Browser;
let salma: Person;
let mallory: Person;
let tagged: Person;
let own = "";
let theirs = "";

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  const { origin } = app;
  salma = await meetPerson(browser, { origin, name: "سلمى", language: "ar" });
  mallory = await meetPerson(browser, { origin, name: NAME, language: "en" });
  tagged = await meetPerson(browser, {
    origin,
    name: TAG_NAME,
    language: "en",
  });
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

/** What came to life of what people wrote; nothing, where all is well. */
function alive(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const made = document.querySelectorAll(
      "[data-hostile], iframe, object, embed, script:not([src]), style:not(head style), img[src=x]",
    );
    const links = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")]
      .map(({ href }) => href)
      .filter((href) => !/^(?:https?|mailto|tel):/.test(href));
    return [
      ...("owned" in globalThis ? ["a script ran"] : []),
      ...[...made].map((element) => element.outerHTML.slice(0, 120)),
      ...links,
    ];
  });
}

/** Where a name stands without a direction of its own: it could turn round what stands beside it. */
function notIsolated(page: Page, name: string): Promise<readonly string[]> {
  return page.evaluate((sought) => {
    const found: string[] = [];
    const walker = document.createTreeWalker(
      document.body,
      NodeFilter.SHOW_TEXT,
    );
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent ?? "";
      const at = text.indexOf(sought);
      if (at < 0) continue;
      const element = walker.currentNode.parentElement;
      // What is only spoken turns nothing round.
      let isSeen = true;
      for (let one = element; one; one = one.parentElement) {
        if (one.getBoundingClientRect().width <= 1) isSeen = false;
      }
      const isIsolated =
        !isSeen ||
        text.slice(0, at).endsWith("\u2068") ||
        element?.closest("bdi, body [dir]");
      if (!isIsolated) found.push(element?.outerHTML.slice(0, 200) ?? text);
    }
    return found;
  }, name);
}

async function expectInert(page: Page): Promise<void> {
  await page.locator("main").first().waitFor();
  expect(await alive(page)).toEqual([]);
  expect(await notIsolated(page, NAME)).toEqual([]);
}

/** In a sentence the name has marks around it that no person types. */
async function openTheirCard(part: string): Promise<void> {
  await goTo(salma.page, `${own}/members`);
  await salma.page
    .getByRole("button", { name: new RegExp(`^المزيد عن.*${part}`) })
    .click();
  await salma.page.getByRole("dialog").waitFor();
}

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function add(
  { page }: Person,
  kind: "Add a task" | "Write minutes",
  words: string,
): Promise<void> {
  await page.getByRole("button", { name: "Add something else" }).click();
  await page.getByRole("button", { name: kind }).click();
  await page
    .getByLabel(
      kind === "Add a task"
        ? "What is to be done?"
        : "What was said and agreed?",
    )
    .fill(words);
  await page.getByRole("button", { name: "Tell the circle" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

describe("what a hostile member writes", () => {
  it("[AP-80] is text where somebody asks to come in", async () => {
    own = await foundCircle(salma, app.origin, "حلقتنا");
    const link = await makeInvite(salma, own);
    await askToJoin(mallory, link);
    await goTo(salma.page, `${own}/members`);
    await salma.page
      .getByRole("button", { name: /^أدخِله/ })
      .first()
      .waitFor();
    await expectInert(salma.page);
    await letIn(salma, own, [NAME]);
    await composer(mallory.page).waitFor();
  });

  it("[AP-80] is text in messages, answers and links", async () => {
    for (const message of MESSAGES) {
      await composer(mallory.page).fill(message);
      await composer(mallory.page).press("Enter");
    }
    await hear(salma, "hid");
    await replyTo(mallory, "data-hostile>owned", NAME);
    await react(mallory, "__proto__", "✊");
    await hear(salma, "onerror");
    await expectInert(salma.page);
    for (const message of MESSAGES.slice(0, 3)) {
      expect(await salma.page.locator("main").innerText()).toContain(message);
    }
    await openMenu(salma, "__proto__");
    await expectInert(salma.page);
    await closeDialog(salma.page);
    await say(salma, "نعم");
    await hear(mallory, "نعم");
  });

  it("[AP-80] is text on meetings, votes, tasks and minutes", async () => {
    await setMeeting(mallory, `${NAME} 1`, "2030-11-26");
    await askCircle(mallory, `${NAME} 2`, [`${NAME} 3`, `${CIRCLE} 4`]);
    await add(mallory, "Add a task", `${NAME} 5`);
    await add(mallory, "Write minutes", `${NAME} 6\n${MESSAGES.join("\n")}`);
    await hear(salma, `${NAME} 6`);
    await expectInert(salma.page);
    await goTo(salma.page, "/");
    await expectInert(salma.page);
  });

  it("[AP-80] is text in the list of members, on the card and in questions", async () => {
    await openTheirCard("data-hostile");
    await expectInert(salma.page);
    await salma.page.getByRole("button", { name: "تأكد من أنه هو" }).click();
    await salma.page.getByRole("dialog").locator("details").first().waitFor();
    await expectInert(salma.page);
    await closeDialog(salma.page);
    await openTheirCard("data-hostile");
    await salma.page.getByRole("button", { name: "أزِله من الحلقة" }).click();
    await expectInert(salma.page);
    await closeDialog(salma.page);
    await goTo(salma.page, `${own}/settings`);
    await salma.page.locator("form").first().waitFor();
    await expectInert(salma.page);
  });

  it("[AP-80] is text in the names of a circle and on an invite", async () => {
    await goTo(mallory.page, "/");
    await mallory.page
      .getByRole("button", { name: "Start or join a circle" })
      .click();
    const { page } = mallory;
    await page.getByLabel("Name of the circle").fill(CIRCLE);
    await page.getByRole("button", { name: "Start it" }).click();
    await composer(page).waitFor();
    theirs = new URL(page.url()).hash;
    const link = await makeInvite(mallory, theirs, "auto");
    await goTo(page, theirs);
    await salma.page.goto(link);
    await salma.page.getByRole("heading", { name: /data-hostile/ }).waitFor();
    await expectInert(salma.page);
    expect(await notIsolated(salma.page, CIRCLE)).toEqual([]);
    await salma.page.getByRole("button", { name: "انضم", exact: true }).click();
    await composer(salma.page).waitFor();
    for (const place of ["", "/members", "/invite", "/settings"]) {
      await goTo(salma.page, `${theirs}${place}`);
      await expectInert(salma.page);
      expect(await notIsolated(salma.page, CIRCLE)).toEqual([]);
    }
    await goTo(salma.page, "/");
    await expectInert(salma.page);
    expect(await notIsolated(salma.page, CIRCLE)).toEqual([]);
  });

  it("[AP-80] never passes for a part of the app's own sentences", async () => {
    await goTo(salma.page, `${own}/invite`);
    const link = await salma.page.locator("[data-invite-link]").textContent();
    await askToJoin(tagged, link ?? "");
    await goTo(salma.page, `${own}/members`);
    await salma.page.getByRole("button", { name: /^أدخِله.*safe/ }).click();
    await composer(tagged.page).waitFor();
    await goTo(salma.page, own);
    await say(tagged, "here");
    await hear(salma, "here");
    await openTheirCard("safe");
    await salma.page.getByRole("button", { name: "أزِله من الحلقة" }).click();
    const question = salma.page.getByRole("dialog").locator("p bdi");
    // The marks that keep it apart are not seen.
    const words = await question.first().innerText();
    expect(words.replaceAll(/[\u2060\u2068\u2069]/gu, "")).toBe(TAG_NAME);
    expect(await question.count()).toBe(1);
  });

  it("[AP-80] [AP-2] ran nowhere and was reported nowhere", () => {
    for (const { leaks } of [salma, mallory, tagged]) {
      expect(leaks).toEqual(NO_LEAKS);
    }
  });
});
