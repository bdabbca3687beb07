// The app in a browser: weight, first paints over a slow line, start without a network, a long chat, a message of one's own, and
// a burst of messages of others. Chromium slows the page's thread down as is told; a worker it cannot slow down.
//
// HALQA_BENCH_MESSAGES says how many messages the chat holds (100,000 take most of an hour to be made).

import type { Bench, BenchCase } from "@halqa/testkit";
import { composer, goTo } from "../e2e/support/people.ts";
import { BUILT_APP } from "../e2e/support/served-app.ts";
import {
  bubbleMs,
  firstContentfulPaint,
  paintedAt,
  watchKeys,
  watchScroll,
} from "./in-page.ts";
import { sizeCases } from "./sizes.ts";
import { SLOW_4G } from "./slow-line.ts";
import { setStage, shown, type Stage } from "./stage.ts";

const MESSAGES = Number(process.env["HALQA_BENCH_MESSAGES"] ?? 3_000);
const ROUNDS = 5;
const BURST = 1_000;
const ITEM = "[data-item]";

export const bench: Bench = {
  name: "web",
  setup: async () => {
    const stage = await setStage(MESSAGES);
    try {
      return [
        ...sizeCases(BUILT_APP),
        ...(await coldStart(stage)),
        await offlineStart(stage),
        await opening(stage),
        ...(await scrolling(stage)),
        await ownMessage(stage),
        await burst(stage),
      ];
    } finally {
      await stage.close();
    }
  },
};

function timed(
  name: string,
  aim: string,
  values: readonly number[],
): BenchCase {
  const subjects = [{ name: "halqa", values }];
  return { case: name, unit: "ms", aim, subjects };
}

async function repeat(
  run: (round: number) => Promise<number>,
  rounds = ROUNDS,
): Promise<readonly number[]> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) values.push(await run(round));
  return values;
}

/** With nothing of the app in the browser but what its person has there. */
async function coldStart(stage: Stage): Promise<readonly BenchCase[]> {
  const { page, cdp, line, origin, place } = stage;
  await stage.throttle(4);
  const paints: number[] = [];
  const shells: number[] = [];
  const messages = await repeat(async () => {
    line.set(undefined);
    await page.goto("about:blank");
    const storageTypes = "service_workers,cache_storage";
    await cdp.send("Storage.clearDataForOrigin", { origin, storageTypes });
    await cdp.send("Network.clearBrowserCache");
    line.set(SLOW_4G);
    await page.goto(`${origin}/${place}`, { waitUntil: "commit" });
    shells.push(await paintedAt(page, "nav a, header button, [data-composer]"));
    const at = await paintedAt(page, ITEM);
    paints.push(await firstContentfulPaint(page));
    return at;
  });
  line.set(undefined);
  await stage.throttle(1);
  const where = "slow 4G, 4x";
  return [
    timed(`${where}: first paint`, "< 1200 ms", paints),
    timed(`${where}: usable shell`, "< 2200 ms", shells),
    timed(`${where}: decrypted messages`, "< 2800 ms", messages),
  ];
}

async function offlineStart(stage: Stage): Promise<BenchCase> {
  const { page, line, origin, place } = stage;
  await page.goto(`${origin}/${place}`);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  line.set("cut");
  await stage.throttle(4);
  const values = await repeat(async () => {
    await page.goto("about:blank");
    await page.goto(`${origin}/${place}`, { waitUntil: "commit" });
    return paintedAt(page, ITEM);
  });
  await stage.throttle(1);
  line.set(undefined);
  return timed("start without a network, 4x: messages", "< 800 ms", values);
}

async function opening(stage: Stage): Promise<BenchCase> {
  const { page, place } = stage;
  await stage.throttle(4);
  const values = await repeat(async () => {
    await goTo(page, "#/");
    await page.locator(ITEM).first().waitFor({ state: "detached" });
    const before = await page.evaluate((hash) => {
      location.hash = hash;
      return performance.now();
    }, place);
    return (await paintedAt(page, ITEM)) - before;
  }, 11);
  await stage.throttle(1);
  const name = `opening a chat of ${MESSAGES} messages, 4x`;
  return timed(name, "< 300 ms", values);
}

async function scrolling(stage: Stage): Promise<readonly BenchCase[]> {
  const { page } = stage;
  await stage.throttle(6);
  await watchScroll(page);
  await page.locator(ITEM).last().hover();
  for (let turn = 0; turn < 80; turn++) {
    await page.mouse.wheel(0, -300);
    await page.waitForTimeout(50);
  }
  const { longTasks, jumpPx } = await page.evaluate(
    () => window.endWatch?.() ?? { longTasks: -1, jumpPx: -1 },
  );
  await stage.throttle(1);
  await page.evaluate(() => {
    document.querySelector('[role="group"][tabindex="0"]')?.scrollTo(0, 0);
  });
  return [count("long tasks", longTasks), count("pixels of jump", jumpPx)];
}

/** Counts and pixels: the contract has no unit of its own for them. */
function count(name: string, value: number): BenchCase {
  return {
    case: `scrolling back through 24,000 px, 6x: ${name}`,
    unit: "B",
    aim: "0",
    subjects: [{ name: "halqa", value }],
  };
}

async function ownMessage(stage: Stage): Promise<BenchCase> {
  const { page } = stage;
  await stage.throttle(6);
  const values = await repeat(async (round) => {
    const text = `own message ${round}`;
    await composer(page).fill(text);
    const bubble = bubbleMs(page, text);
    await page.waitForTimeout(100);
    await composer(page).press("Enter");
    return bubble;
  }, 21);
  await stage.throttle(1);
  return timed("an own message, 6x: bubble", "< 50 ms", values);
}

/** Somebody says a thousand things as fast as a relay takes them, while one writes. */
async function burst(stage: Stage): Promise<BenchCase> {
  const { page, talker } = stage;
  await stage.throttle(4);
  const keys = await watchKeys(page);
  const said = talker.say(BURST);
  const end = said.then(() => true);
  const pause = (): Promise<false> => page.waitForTimeout(40).then(() => false);
  while (!(await Promise.race([end, pause()]))) {
    await composer(page).press("x");
  }
  await shown(page, `${MESSAGES + BURST}. `);
  await stage.throttle(1);
  return timed(
    `a key while ${BURST} messages arrive, 4x`,
    "< 100 ms",
    await keys(),
  );
}
