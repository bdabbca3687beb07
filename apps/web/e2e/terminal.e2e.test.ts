// One circle in a browser and in a terminal: the same link, the same relay, the same words.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import {
  composer,
  foundCircle,
  goTo,
  hear,
  letIn,
  makeInvite,
  meetPerson,
  say,
  type Person,
} from "./support/people.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";

const CIRCLE = "Palm Street";
const main = join(import.meta.dirname, "../../cli/src/main.ts");
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "halqa-terminal-"));

let app: ServedApp;
let browser: Browser;
let anna: Person;

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
  const { origin } = app;
  anna = await meetPerson(browser, { origin, name: "Anna", language: "en" });
});

afterAll(async () => {
  await browser.close();
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A call of `halqa` that has to end well; answers with what it printed. */
async function halqa(...words: readonly string[]): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [main, "--data", folder, ...words],
    { env: { PATH: process.env["PATH"] } },
  );
  return stdout;
}

describe("a browser and a terminal", () => {
  it("are in one circle", async () => {
    const place = await foundCircle(anna, app.origin, CIRCLE);
    const link = await makeInvite(anna, place);
    await halqa("init", "--name", "Karim", "--relay", app.origin);
    const arrival = halqa("join", link, "--wait", "--timeout", "50");
    await letIn(anna, place, ["Karim"]);
    expect(await arrival).toContain("(member, 2 members)");

    await halqa("send", CIRCLE, "Hello from a terminal");
    await goTo(anna.page, place);
    await composer(anna.page).waitFor();
    await hear(anna, "Hello from a terminal");
    await say(anna, "Hello from a browser");
    await expect
      .poll(() => halqa("read", CIRCLE), { timeout: 20_000, interval: 500 })
      .toContain("Anna: Hello from a browser");
  });
});
