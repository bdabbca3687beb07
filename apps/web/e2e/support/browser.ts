// The browser that the tests drive: the machine's own Chromium or Chrome, never a downloaded one.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContext } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const FLAGS = [
  "--no-sandbox", // as root there is none; every page here is our own
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser that HALQA_CHROMIUM names, or the first one found on the path. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const args = [...FLAGS, ...more];
  return chromium.launch({ executablePath: executable(), args });
}

/** A browser with a profile in a folder: what installing is about, private windows do not have. */
export function launchProfile(
  folder: string,
  locale: string,
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath: executable(),
    args: FLAGS,
    locale,
  });
}

function executable(): string {
  const found = process.env["HALQA_CHROMIUM"] ?? findBrowser();
  if (found === undefined) {
    throw new Error("No browser: install chromium, or set HALQA_CHROMIUM.");
  }
  return found;
}

function findBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return NAMES.flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  ).find(isRunnable);
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent, or not a program.
    return false;
  }
}
