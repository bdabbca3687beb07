// Translations: what is extracted from where, and which languages are shipped (docs/spec/app.md, AP-5).
// Vitest and Vite both start at the root and look for this file here.

import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

export default defineConfig({
  sourceLocale: "en",
  locales: ["ar", "en", "es", "fr", "de", "kmr", "ckb"],
  catalogs: [
    {
      path: "<rootDir>/apps/web/src/locales/{locale}",
      // From wherever it is run: a relative folder that is not there would count as one without words, and `--clean` empty the files.
      include: ["<rootDir>/apps/web/src"],
      exclude: ["**/*.test.ts"],
    },
  ],
  // A moved line is no change of a translation.
  format: formatter({ lineNumbers: false }),
  orderBy: "message",
});
