// The browser, the relay and a circle with somebody who talks: what the figures of the app are taken on.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { startRelay } from "@halqa/relay/node";
import { launchProfile } from "../e2e/support/browser.ts";
import {
  composer,
  foundCircle,
  goTo,
  makeInvite,
  type Person,
} from "../e2e/support/people.ts";
import { BUILT_APP } from "../e2e/support/served-app.ts";
import { PHONE } from "../e2e/support/visit.ts";
import { openSlowLine, type SlowLine } from "./slow-line.ts";
import { bringTalker, type Talker } from "./talker.ts";

export interface Stage {
  readonly origin: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly cdp: CDPSession;
  readonly line: SlowLine;
  readonly talker: Talker;
  /** The circle's place. */
  readonly place: string;
  readonly throttle: (times: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A profile on a phone's screen with a circle of two, in which the other one has said so many things. */
export async function setStage(messages: number): Promise<Stage> {
  const scratch = mkdtempSync(join(tmpdir(), "halqa-bench-web-"));
  const started = await startRelay({
    port: 0,
    host: "127.0.0.1",
    appFolder: BUILT_APP,
    dataFolder: join(scratch, "data"),
  });
  if (!started.ok) throw new Error(started.error.kind);
  const relay = started.value;
  const line = await openSlowLine(relay.port);
  const origin = `http://localhost:${line.port}`;
  const context = await launchProfile(join(scratch, "profile"), "en");
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize(PHONE);
  page.setDefaultTimeout(600_000);
  const leaks = { violations: [], errors: [], foreignRequests: [] };
  const anna: Person = { name: "Anna", language: "en", context, page, leaks };
  const place = await foundCircle(anna, origin, "Palm Street");
  const link = await makeInvite(anna, place, "auto");
  await goTo(page, place);
  const talker = await bringTalker(link);
  await composer(page).waitFor();
  await talker.say(messages);
  await shown(page, `${messages}. `);
  const cdp = await context.newCDPSession(page);
  return {
    origin,
    page,
    context,
    cdp,
    line,
    talker,
    place,
    throttle: async (rate) => {
      await cdp.send("Emulation.setCPUThrottlingRate", { rate });
    },
    close: async () => {
      await talker.stop();
      await context.close();
      line.close();
      await relay.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Waits until an item that begins so is drawn. */
export async function shown(page: Page, text: string): Promise<void> {
  await page.locator("[data-item]", { hasText: text }).last().waitFor();
}
