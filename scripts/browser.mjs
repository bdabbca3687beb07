// Finds the Chromium or Chrome that the browser tests drive; never lets them be skipped in silence.

import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { fail } from "./fail.mjs";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
];
const MAC_APPS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The path of a browser; installs Debian's `chromium` where that is possible, else ends with a sentence that says what to install. */
export function ensureBrowser() {
  const named = process.env.HALQA_CHROMIUM;
  if (named !== undefined) {
    return isRunnable(named)
      ? named
      : fail(`HALQA_CHROMIUM names ${named}, which is not a program.`);
  }
  return (
    findBrowser() ??
    installBrowser() ??
    fail(
      "The browser tests need Chromium or Chrome: install Debian's package `chromium` (or set HALQA_CHROMIUM to the program) and run again.",
    )
  );
}

function findBrowser() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  const onPath = NAMES.flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return [...onPath, ...MAC_APPS].find(isRunnable);
}

function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Absent or not a program: either way not a browser.
    return false;
  }
}

function installBrowser() {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || spawnSync("apt-get", ["--version"]).status !== 0)
    return undefined;
  process.stderr.write(
    "Installing Debian's chromium for the browser tests ...\n",
  );
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
  spawnSync(
    "apt-get",
    ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
    { env, stdio: ["ignore", "ignore", "inherit"] },
  );
  return findBrowser();
}
