// How the app is built. What the policy of docs/spec/http.md refuses (inline scripts, data: fonts, preload polyfills)
// must not come out of here; vite's development server needs it and is therefore no place to test the policy.

import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { icons } from "./vite.icons.ts";
import { precompress } from "./vite.precompress.ts";
import { sodium } from "./vite.sodium.ts";

const OWN_PACKAGES = /\/packages\/[a-z-]+\/src\//u;

export default defineConfig(({ command }) => {
  // The same sources give the same app, whatever the environment of whoever builds it says (AP-15).
  if (command === "build") process.env["NODE_ENV"] = "production";
  return {
    build: {
      target: ["chrome111", "safari16.4", "firefox114"],
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      cssMinify: "lightningcss",
      // One sheet for all places: it weighs less than its parts, and no place waits for its look.
      cssCodeSplit: false,
    },
    // A worker is built by itself, without the plugins of the page.
    worker: {
      format: "es",
      plugins: () => [sodium()],
      rolldownOptions: {
        treeshake: {
          // Our packages do nothing by being imported: what a worker does not call can wait in a file of its own, or stay out.
          moduleSideEffects: (id) => !OWN_PACKAGES.test(id),
        },
      },
    },
    plugins: [
      react(),
      lingui({
        macroTransform: true,
        // Words that are missing in one of the languages fail the tests, where they are named; whoever writes a page can
        // look at it before.
        failOnMissing: false,
        failOnCompileError: true,
      }),
      icons(),
      VitePWA({
        strategies: "injectManifest",
        srcDir: "src",
        filename: "sw.ts",
        registerType: "prompt",
        // Both by hand: registration because of Trusted Types, manifests because there is one for each language.
        injectRegister: false,
        manifest: false,
        injectManifest: {
          // Registered as a classic script: Firefox has had the other kind only lately.
          rollupFormat: "iife",
          globPatterns: ["**/*.{js,css,html,svg,wasm,woff2,webmanifest}"],
          maximumFileSizeToCacheInBytes: 4 * 1_024 * 1_024,
        },
      }),
      precompress(),
    ],
  };
});
