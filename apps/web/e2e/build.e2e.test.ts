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

const html = readFileSync(join(BUILT_APP, "index.html"), "utf8");
/** What the page asks for at once. */
const start = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
  ([, path = ""]) => join(BUILT_APP, path),
);
const WORDS = /\/(?:ar|en|es|fr|de|kmr|ckb)-[\w-]+\.js$/;
const WORKER = /\/engine\.worker-[\w-]+\.js$/;
/** What the worker needs before it is ready. */
const ENGINE = /\/(?:engine\.worker-[\w-]+\.js|libsodium-[\w-]+\.wasm)$/;

interface Manifest {
  readonly icons: readonly {
    readonly src: string;
    readonly sizes: string;
    readonly type: string;
  }[];
}

describe("the built app", () => {
  it("[AP-9] starts with at most 115 KB of script, words included", () => {
    expect(start.length).toBeGreaterThan(0);
    const words = matching(WORDS).map((file) => weigh([file]));
    expect(weigh(start) + Math.max(...words)).toBeLessThanOrEqual(115 * KB);
  });

  it("[AP-9] has at most 12 KB of styles, 50 KB of font a language, 260 KB of engine, 15 KB of service worker", () => {
    expect(weigh(matching(/\.css$/))).toBeLessThanOrEqual(12 * KB);
    for (const font of matching(/\.woff2$/)) {
      expect(readFileSync(font).length).toBeLessThanOrEqual(50 * KB);
    }
    expect(weigh(matching(ENGINE))).toBeLessThanOrEqual(260 * KB);
    expect(weigh(matching(/\/sw\.js$/))).toBeLessThanOrEqual(15 * KB);
  });

  it("[AP-9] has places of at most 40 KB each, and no other script", () => {
    const places = matching(/\/assets\/.*\.js$/).filter(
      (file) =>
        !start.includes(file) && !WORDS.test(file) && !WORKER.test(file),
    );
    expect(places.length).toBeGreaterThan(3);
    for (const place of places) {
      expect(weigh([place]), place).toBeLessThanOrEqual(40 * KB);
    }
    const outside = matching(/\.js$/).filter(
      (file) => !file.includes("/assets/"),
    );
    expect(outside).toEqual([join(BUILT_APP, "sw.js")]);
  });

  it("[AP-2] has no inline script or style, and nothing from elsewhere", () => {
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
    expect(html).not.toMatch(/(?:src|href)="(?!\/)/);
    for (const sheet of matching(/\.css$/)) {
      expect(readFileSync(sheet, "utf8")).not.toMatch(
        /url\((?!["']?\/assets\/)/,
      );
    }
  });

  it("[AP-25] has an icon for each size that the manifests name, in the size that they say", () => {
    for (const manifest of matching(/\.webmanifest$/)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file: what is not so fails below
      const { icons } = JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
      for (const { src, sizes, type } of icons) {
        const bytes = readFileSync(join(BUILT_APP, src));
        if (type !== "image/png") continue;
        // Width and height stand first in a PNG's header.
        const size = `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
        expect(size).toBe(sizes);
      }
    }
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
