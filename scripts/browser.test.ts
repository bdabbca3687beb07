import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./root.mjs";

function ensureBrowser(env: Record<string, string>) {
  const module = pathToFileURL(join(root, "scripts/browser.mjs")).href;
  const code = `import(${JSON.stringify(module)}).then((m) => console.log(m.ensureBrowser()))`;
  return spawnSync(process.execPath, ["-e", code], { encoding: "utf8", env });
}

describe("the browser of the tests", () => {
  it("is never missing in silence: one sentence says what to install", () => {
    const ran = ensureBrowser({ PATH: "/nowhere" });
    expect(ran.stderr).toMatch(
      /^The browser tests need Chromium or Chrome: install .*\n$/,
    );
    expect(ran.status).toBe(1);
  });

  it("may be named, and a wrong name is said", () => {
    expect(ensureBrowser({ HALQA_CHROMIUM: process.execPath }).stdout).toBe(
      `${process.execPath}\n`,
    );
    const ran = ensureBrowser({ HALQA_CHROMIUM: "/nowhere/chromium" });
    expect(ran.stderr).toBe(
      "HALQA_CHROMIUM names /nowhere/chromium, which is not a program.\n",
    );
    expect(ran.status).toBe(1);
  });
});
