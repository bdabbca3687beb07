// The page for everyone: axe, target sizes, large text, narrow screens, the keyboard, no motion.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAccessibilityFaults } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { NO_LEAKS } from "./support/leaks.ts";
import { LOOKS, overflow } from "./support/looks.ts";
import { serveApp, type ServedApp } from "./support/served-app.ts";
import { checkedRows, DEVICE, takePicture, visit } from "./support/visit.ts";

let app: ServedApp;
let browser: Browser;

beforeAll(async () => {
  app = await serveApp();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

const LOCALES = ["ar", "en"] as const;

describe("the page", () => {
  it.each(LOOKS)(
    "[AP-7] has no fault that axe finds: $locale, $theme, $screen",
    async ({ locale, theme, screen, viewport }) => {
      const { page, leaks, end } = await visit(browser, {
        origin: app.origin,
        path: DEVICE,
        locale,
        colorScheme: theme,
        viewport,
      });
      await checkedRows(page);
      await takePicture(page, `${locale}-${theme}-${screen}`);
      await page.locator("summary").click();
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect(leaks).toEqual(NO_LEAKS);
      await end();
    },
  );

  it("[AP-7] would be told of a fault", async () => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      path: DEVICE,
      locale: "en",
    });
    await checkedRows(page);
    await page.evaluate(() => {
      document.querySelector("h1")?.style.setProperty("color", "#eee");
      document.querySelector("h2")?.remove();
    });
    const faults = (await findAccessibilityFaults(page)).join("\n");
    expect(faults).toMatch(/color-contrast/);
    await end();
  });

  it.each(LOCALES)("[AP-8] has targets of 44 px, in %s", async (locale) => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      path: DEVICE,
      locale,
    });
    await checkedRows(page);
    const sizes = await page
      .locator("button, summary, a, input")
      .evaluateAll((all) =>
        all.map((element) => {
          const { width, height } = element.getBoundingClientRect();
          return Math.min(width, height);
        }),
      );
    expect(sizes.length).toBeGreaterThanOrEqual(4);
    for (const size of sizes) expect(size).toBeGreaterThanOrEqual(44);
    await end();
  });

  it.each(LOCALES)(
    "[AP-8] fits text at 200 % and a screen of 320 px, in %s",
    async (locale) => {
      const { page, end } = await visit(browser, {
        origin: app.origin,
        path: DEVICE,
        locale,
      });
      await checkedRows(page);
      await page.locator("summary").click();
      await page.evaluate(() => {
        document.documentElement.style.fontSize = "200%";
      });
      expect(await overflow(page)).toBe(0);
      await takePicture(page, `${locale}-large-text`);
      await page.evaluate(() => {
        document.documentElement.style.fontSize = "";
      });
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await overflow(page)).toBe(0);
      await end();
    },
  );

  it("[AP-8] can be used with the keyboard alone, and shows where one is", async () => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      path: DEVICE,
      locale: "en",
    });
    await checkedRows(page);
    const reached: string[] = [];
    for (let stop = 0; stop < 10; stop += 1) {
      await page.keyboard.press("Tab");
      reached.push(
        await page.evaluate(() => {
          const element = document.activeElement;
          if (!(element instanceof HTMLElement)) return "";
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const name = element.innerText || element.ariaLabel;
          return `${name} ${outlineStyle} ${outlineWidth}`;
        }),
      );
    }
    expect(reached).toEqual([
      "Back solid 3px",
      "العربية solid 3px",
      "English solid 3px",
      "Español solid 3px",
      "Français solid 3px",
      "Deutsch solid 3px",
      "Kurdî solid 3px",
      "کوردی solid 3px",
      "Check again solid 3px",
      "Details solid 3px",
    ]);
    await page.keyboard.press("Enter");
    expect(await page.getByText("libsodium").isVisible()).toBe(true);
    await end();
  });

  it("[AP-8] moves nothing for those who ask for no motion", async () => {
    const { page, end } = await visit(browser, {
      origin: app.origin,
      path: DEVICE,
      locale: "en",
      reducedMotion: "reduce",
    });
    await checkedRows(page);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")]
        .map((element) => getComputedStyle(element))
        .filter(
          ({ transitionDuration, animationName }) =>
            transitionDuration !== "0s" || animationName !== "none",
        ),
    );
    expect(moving).toEqual([]);
    await end();
  });
});
