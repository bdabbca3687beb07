/** A device in a real Chromium, with a profile on the disk: what it keeps outlives the browser, as it does for people. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { encodeBase64url } from "@halqa/bytes";
import { chromium } from "playwright-core";
import type { BrowserContext, Page } from "playwright-core";
import { build } from "vite";
import type { DefaultRelay } from "../src/index.ts";
import { approveAll, viewWhere } from "./acts.ts";
import type { Reader } from "./backlog.ts";
import type { Answer, Question } from "./question.ts";
import { newFolder } from "./device.ts";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"];

/** Builds the page that the relay is to serve. */
export async function buildPage(): Promise<string> {
  const folder = newFolder();
  await build({
    configFile: false,
    logLevel: "error",
    root: join(import.meta.dirname, "browser"),
    worker: { format: "es" },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "chrome111",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  return folder;
}

/** The browser of this machine; undefined where it has none. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const named = process.env["HALQA_CHROMIUM"];
  return [
    ...(named === undefined ? [] : [named]),
    ...folders.map((folder) => join(folder, "chromium")),
  ].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A device of a browser, which is closed between joining and reading. */
export function chromiumReader(
  relay: DefaultRelay,
  executablePath: string,
): Reader {
  const profile = newFolder();
  return {
    join: async ({ circle, link, letIn: steward }) => {
      const { context, page } = await open(profile, executablePath, relay);
      const name = "browser";
      const joined = askOf(page, { ask: "join", link, name, circle });
      await viewWhere(steward, { query: "circle", circle }, ({ requests }) =>
        requests.some((one) => one.state === "asking"),
      );
      await approveAll(steward, circle);
      await joined;
      await askOf(page, { ask: "stop" });
      await context.close();
    },
    read: async (circle) => {
      const { context, page } = await open(profile, executablePath, relay);
      const { ms } = await askOf(page, { ask: "read", circle });
      await askOf(page, { ask: "stop" });
      await context.close();
      return ms;
    },
  };
}

async function open(
  profile: string,
  executablePath: string,
  { url, relayPub }: DefaultRelay,
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: FLAGS,
    bypassCSP: true,
  });
  const page = await context.newPage();
  const address = new URL(url);
  address.protocol = "http:";
  await page.goto(address.href);
  await page.waitForFunction(() => "ask" in globalThis);
  const text = encodeBase64url(relayPub);
  await askOf(page, { ask: "start", relay: { url, relayPub: text } });
  return { context, page };
}

function askOf(page: Page, question: Question): Promise<Answer> {
  return page.evaluate((asked) => {
    const ask: unknown = Reflect.get(globalThis, "ask");
    if (typeof ask !== "function") throw new Error("the page is there");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the page declares it
    return (ask as (question: Question) => Promise<Answer>)(asked);
  }, question);
}
