// What the built app weighs, by the parts of docs/spec/app.md, AP-9.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { BenchCase } from "@halqa/testkit";

const KB = 1_024;

export function sizeCases(folder: string): readonly BenchCase[] {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  const assets = readdirSync(join(folder, "assets")).filter(
    (file) => !/\.(?:br|gz)$/u.test(file),
  );
  const read = (file: string): Buffer =>
    readFileSync(join(folder, "assets", file));
  const gzipped = (files: readonly string[]): number =>
    files.reduce((sum, file) => sum + gzipSync(read(file)).length, 0) / KB;
  const brotli = (files: readonly string[]): number =>
    files.reduce(
      (sum, file) => sum + brotliCompressSync(read(file)).length,
      0,
    ) / KB;
  const like = (pattern: RegExp): readonly string[] =>
    assets.filter((file) => pattern.test(file));
  const start = assets.filter(
    (file) => file.endsWith(".js") && html.includes(`/assets/${file}`),
  );
  const words = like(/^ar-.*\.js$/u);
  const engine = like(/^(?:engine\.worker-.*\.js|libsodium-.*\.wasm)$/u);
  const styles = like(/\.css$/u);
  const font = like(/arabic.*\.woff2$/u);
  const chat = like(/^Chat-.*\.js$/u);
  const serviceWorker = readFileSync(join(folder, "sw.js"));
  return [
    size(
      "the scripts of the first visit, gzipped",
      115,
      gzipped([...start, ...words]),
    ),
    size("the engine's worker and WebAssembly, gzipped", 260, gzipped(engine)),
    size("the place of a circle, gzipped", 40, gzipped(chat)),
    size(
      "the service worker, gzipped",
      15,
      gzipSync(serviceWorker).length / KB,
    ),
    size(
      "the font of Arabic",
      50,
      font.reduce((sum, file) => sum + read(file).length, 0) / KB,
    ),
    size(
      "a first visit in Arabic with a circle, brotli",
      350,
      brotli([...start, ...words, ...engine, ...styles, ...chat]) +
        font.reduce((sum, file) => sum + read(file).length, 0) / KB +
        (brotliCompressSync(html).length +
          brotliCompressSync(serviceWorker).length) /
          KB,
    ),
  ];
}

function size(name: string, aim: number, kb: number): BenchCase {
  return {
    case: `weight of ${name}`,
    unit: "KB",
    aim: `< ${aim} KB`,
    subjects: [{ name: "halqa", value: kb }],
  };
}
