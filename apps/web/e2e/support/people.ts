// People with a browser profile each, at one real relay, and what they do in the interface. Words are those of the language
// that a person reads.

import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { listenForLeaks, type Leaks } from "./leaks.ts";
import { PHONE } from "./visit.ts";

export type Language = "ar" | "en";

export interface Person {
  readonly name: string;
  readonly language: Language;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly leaks: Leaks;
}

const WORDS = {
  ar: {
    callYou: "بأي اسم يناديك الناس؟",
    begin: "ابدأ",
    startCircle: "ابدأ حلقة",
    circleName: "اسم الحلقة",
    startIt: "ابدأها",
    makeInvite: "أنشئ دعوة",
    knowYou: "بأي اسم يعرفك الأعضاء؟",
    ask: "اطلب الانضمام",
    letIn: "أدخِله",
    menu: "ماذا تفعل بهذه الرسالة",
    reply: "ردّ",
    add: "أضف شيئًا آخر",
    setMeeting: "حدّد اجتماعًا",
    askCircle: "اسأل الحلقة",
    question: "ما سؤالك؟",
    option: "الخيار",
    letInAuto: "أدخِلهم دون سؤال",
    join: "انضم",
    edit: "غيّر الكلام",
    deleteAll: "احذفها للجميع",
    deleteIt: "احذفها",
    pin: "ثبّتها",
    send: "أرسل",
    what: "ما الاجتماع؟",
    day: "اليوم",
    where: "أين؟",
    tell: "أعلم الحلقة",
    more: "المزيد عن",
    removeFrom: "أزِله من الحلقة",
    remove: "إزالة",
  },
  en: {
    callYou: "What should people call you?",
    begin: "Begin",
    startCircle: "Start a circle",
    circleName: "Name of the circle",
    startIt: "Start it",
    makeInvite: "Make an invite",
    knowYou: "By what name do the members know you?",
    ask: "Ask to join",
    letIn: "Let in",
    menu: "What to do with this message",
    reply: "Reply",
    add: "Add something else",
    setMeeting: "Set a meeting",
    askCircle: "Ask the circle",
    question: "What do you ask?",
    option: "Option",
    letInAuto: "Let them in without asking",
    join: "Join",
    edit: "Change the words",
    deleteAll: "Delete for everybody",
    deleteIt: "Delete it",
    pin: "Pin it",
    send: "Send",
    what: "What is it?",
    day: "Day",
    where: "Where?",
    tell: "Tell the circle",
    more: "More about",
    removeFrom: "Remove from the circle",
    remove: "Remove",
  },
} as const;

interface PersonOptions {
  readonly origin: string;
  readonly name: string;
  readonly language: Language;
}

/** A person with a new profile, who has not opened the app yet. */
export async function meetPerson(
  browser: Browser,
  { origin, name, language }: PersonOptions,
): Promise<Person> {
  const context = await browser.newContext({
    viewport: PHONE,
    locale: language,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const leaks = await listenForLeaks(page, origin);
  return { name, language, context, page, leaks };
}

/** Through the first run, and into a new circle; answers with the circle's place. */
export async function foundCircle(
  { page, name, language }: Person,
  origin: string,
  circleName: string,
): Promise<string> {
  const words = WORDS[language];
  await page.goto(origin);
  await page.getByLabel(words.callYou).fill(name);
  await page.getByRole("button", { name: words.begin, exact: true }).click();
  await page
    .getByRole("button", { name: words.startCircle, exact: true })
    .click();
  await page.getByLabel(words.circleName).fill(circleName);
  await page.getByRole("button", { name: words.startIt }).click();
  await composer(page).waitFor();
  return placeOf(page);
}

/** Makes an invite and answers with its whole link. */
export async function makeInvite(
  { page, language }: Person,
  place: string,
  kind: "asking" | "auto" = "asking",
): Promise<string> {
  await goTo(page, `${place}/invite`);
  if (kind === "auto") {
    await page.getByLabel(WORDS[language].letInAuto).check();
  }
  await page.getByRole("button", { name: WORDS[language].makeInvite }).click();
  const link = page.locator("[data-invite-link]");
  await link.waitFor({ state: "attached" });
  return (await link.textContent()) ?? "";
}

/** Follows a link and asks to be let in. */
export async function askToJoin(
  { page, name, language }: Person,
  link: string,
): Promise<void> {
  const words = WORDS[language];
  await page.goto(link);
  await page.getByLabel(words.knowYou).fill(name);
  await page
    .getByRole("button", { name: words.ask })
    .or(page.getByRole("button", { name: words.join, exact: true }))
    .click();
  await page.waitForURL(/#\/circle\//);
}

/** A steward lets people in, each as soon as they ask. */
export async function letIn(
  { page, language }: Person,
  place: string,
  names: readonly string[],
): Promise<void> {
  await goTo(page, `${place}/members`);
  for (const name of names) {
    const label = `${WORDS[language].letIn} ${name}`;
    await page.getByRole("button", { name: label }).click();
  }
  await goTo(page, place);
}

export async function say({ page }: Person, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/** Waits until this person sees an item with the text. */
export async function hear({ page }: Person, text: string): Promise<Locator> {
  const item = page.locator("[data-item]", { hasText: text });
  await item.first().waitFor();
  return item;
}

export async function openMenu(person: Person, text: string): Promise<void> {
  const item = await hear(person, text);
  const { menu } = WORDS[person.language];
  await item.first().getByRole("button", { name: menu }).click();
  await person.page.getByRole("dialog", { name: menu }).waitFor();
}

export async function replyTo(
  person: Person,
  text: string,
  answer: string,
): Promise<void> {
  await openMenu(person, text);
  await person.page
    .getByRole("button", { name: WORDS[person.language].reply })
    .click();
  await say(person, answer);
}

export async function react(
  person: Person,
  text: string,
  emoji: string,
): Promise<void> {
  await openMenu(person, text);
  await person.page.getByRole("button", { name: emoji }).click();
}

/** Sets a meeting on a day in `YYYY-MM-DD`. */
export async function setMeeting(
  { page, language }: Person,
  title: string,
  day: string,
): Promise<void> {
  const words = WORDS[language];
  await page.getByRole("button", { name: words.add }).click();
  await page.getByRole("button", { name: words.setMeeting }).click();
  await page.getByLabel(words.what).fill(title);
  await page.getByLabel(words.day, { exact: true }).fill(day);
  await page.getByLabel(words.where).fill("القاعة");
  await page.getByRole("button", { name: words.tell }).click();
}

/** Asks the circle a question with two options. */
export async function askCircle(
  { page, language }: Person,
  question: string,
  options: readonly [string, string],
): Promise<void> {
  const words = WORDS[language];
  await page.getByRole("button", { name: words.add }).click();
  await page.getByRole("button", { name: words.askCircle }).click();
  await page.getByLabel(words.question).fill(question);
  const fields = page.getByLabel(words.option);
  await fields.nth(0).fill(options[0]);
  await fields.nth(1).fill(options[1]);
  await page.getByRole("button", { name: words.askCircle }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Changes the words of an own message. */
export async function edit(
  person: Person,
  text: string,
  words: string,
): Promise<void> {
  await openMenu(person, text);
  await person.page
    .getByRole("button", { name: WORDS[person.language].edit })
    .click();
  await say(person, words);
}

/** Presses what the menu of an item offers. */
export async function actOn(
  person: Person,
  text: string,
  act: "pin" | "deleteAll",
): Promise<void> {
  const words = WORDS[person.language];
  await openMenu(person, text);
  await person.page.getByRole("button", { name: words[act] }).click();
  if (act === "deleteAll") {
    await person.page
      .getByRole("button", { name: words.deleteIt, exact: true })
      .click();
  }
  await person.page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Opens somebody's card on the page of members. */
export async function openCard(
  { page, language }: Person,
  place: string,
  name: string,
): Promise<void> {
  await goTo(page, `${place}/members`);
  await page
    // A name of the other direction stands isolated within the sentence (AP-53).
    .getByRole("button", {
      name: new RegExp(`^${WORDS[language].more} \\p{Cf}?${name}`, "u"),
    })
    .click();
  await page.getByRole("dialog").waitFor();
}

export async function removeMember(
  person: Person,
  place: string,
  name: string,
): Promise<void> {
  const words = WORDS[person.language];
  const { page } = person;
  await openCard(person, place, name);
  await page.getByRole("button", { name: words.removeFrom }).click();
  await page.getByRole("button", { name: words.remove, exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

export function composer(page: Page): Locator {
  return page.locator("[data-composer]");
}

/** Goes to a place without loading the page anew, as a link does. */
export async function goTo(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, place);
}

export function placeOf(page: Page): string {
  return new URL(page.url()).hash;
}
