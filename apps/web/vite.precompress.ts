// Leaves a Brotli and a gzip form beside every text file of the build, so that the relay starts at once and each
// visitor gets the smallest form (docs/spec/http.md, HT-7).

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(?:html|js|css|json|svg|txt|wasm|webmanifest)$/;

export function precompress(): Plugin {
  let folder = "";
  return {
    name: "halqa-precompress",
    apply: "build",
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    // By now the files of public/ and the service worker are there as well.
    closeBundle: {
      order: "post",
      sequential: true,
      handler: () => {
        for (const file of textFiles(folder)) compress(file);
      },
    },
  };
}

function textFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function compress(file: string): void {
  const bytes = readFileSync(file);
  const quality = constants.BROTLI_MAX_QUALITY;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
