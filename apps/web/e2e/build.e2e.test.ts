// The built app as bytes: how heavy it is, and that building again gives the same.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BUILT_APP } from "./support/served-app.ts";

const KB = 1_024;
const files = filesIn(BUILT_APP).filter((file) => !/\.(?:br|gz)$/.test(file));

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function weigh(wanted: readonly string[]): number {
  const sizes = wanted.map((file) => gzipSync(readFileSync(file)).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function matching(pattern: RegExp): readonly string[] {
  const found = files.filter((file) => pattern.test(file));
  expect(found).not.toEqual([]);
  return found;
}

describe("the built app", () => {
  it("[AP-9] starts with at most 100 KB of script, words included", () => {
    const words = matching(/\/(?:ar|en)-[\w-]+\.js$/).map((file) =>
      weigh([file]),
    );
    const script = weigh(matching(/\/index-[\w-]+\.js$/)) + Math.max(...words);
    expect(script).toBeLessThanOrEqual(100 * KB);
  });

  it("[AP-9] has at most 12 KB of styles, 50 KB of font a language, 230 KB of worker", () => {
    expect(weigh(matching(/\.css$/))).toBeLessThanOrEqual(12 * KB);
    for (const font of matching(/\.woff2$/)) {
      expect(readFileSync(font).length).toBeLessThanOrEqual(50 * KB);
    }
    expect(weigh(matching(/\.worker-[\w-]+\.js$/))).toBeLessThanOrEqual(
      230 * KB,
    );
  });

  it("[AP-9] brings in no script that these figures leave out", () => {
    const scripts = files.filter((file) => file.endsWith(".js"));
    const known = /\/(?:index|ar|en|device-check\.worker)-[\w-]+\.js$/;
    expect(scripts.filter((file) => !known.test(file))).toEqual([]);
  });

  it("[AP-2] has no inline script or style, and nothing from elsewhere", () => {
    const html = readFileSync(join(BUILT_APP, "index.html"), "utf8");
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
    expect(html).not.toMatch(/(?:src|href)="(?!\/)/);
    const styles = readFileSync(matching(/\.css$/)[0] ?? "", "utf8");
    expect(styles).not.toMatch(/url\((?!["']?\/assets\/)/);
  });

  it("[AP-15] comes out the same, byte for byte, when it is built again", async () => {
    const again = mkdtempSync(join(tmpdir(), "halqa-build-"));
    const vite = join(
      createRequire(import.meta.url).resolve("vite"),
      "../../../bin/vite.js",
    );
    const run = spawnSync(
      process.execPath,
      [vite, "build", "apps/web", "--outDir", again, "--emptyOutDir"],
      { cwd: join(BUILT_APP, "../../.."), encoding: "utf8" },
    );
    expect(run.status, run.stderr).toBe(0);
    expect(hashes(again)).toEqual(hashes(BUILT_APP));
    rmSync(again, { recursive: true });
  });
});

function hashes(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    filesIn(folder).map((file) => [
      relative(folder, file),
      createHash("sha256").update(readFileSync(file)).digest("hex"),
    ]),
  );
}
