// How the app is built. What the policy of docs/spec/http.md refuses (inline scripts, data: fonts, preload polyfills)
// must not come out of here; vite's development server needs it and is therefore no place to test the policy.

import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { precompress } from "./vite.precompress.ts";

export default defineConfig(({ command }) => {
  // The same sources give the same app, whatever the environment of whoever builds it says (AP-15).
  if (command === "build") process.env["NODE_ENV"] = "production";
  return {
    build: {
      target: ["chrome111", "safari16.4", "firefox114"],
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      cssMinify: "lightningcss",
    },
    worker: { format: "es" },
    plugins: [
      react(),
      lingui({
        macroTransform: true,
        failOnMissing: true,
        failOnCompileError: true,
      }),
      precompress(),
    ],
  };
});
