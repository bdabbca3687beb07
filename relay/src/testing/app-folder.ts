// A small built app on disk, with files beside it that must never be served.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PAGE = "<!doctype html><title>Halqa</title>";
export const SECRET = "a secret beside the app";

export interface Scratch {
  readonly folder: string;
  readonly appFolder: string;
  readonly dataFolder: string;
  remove(): void;
}

export function createScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), "halqa-relay-"));
  const appFolder = join(folder, "app");
  mkdirSync(join(appFolder, "assets"), { recursive: true });
  writeFileSync(join(appFolder, "index.html"), PAGE);
  writeFileSync(join(appFolder, "assets", "index-1.js"), "x".repeat(5_000));
  // More than the buffers of both ends of a connection hold.
  writeFileSync(join(appFolder, "large.png"), new Uint8Array(4_194_304));
  writeFileSync(join(folder, "secret.txt"), SECRET);
  return {
    folder,
    appFolder,
    dataFolder: join(folder, "data"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
