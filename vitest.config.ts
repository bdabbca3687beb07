import { defineConfig } from "vitest/config";

// Fails a test in which one key seals twice under one nonce, whatever package it is in.
const nonceWatch = "packages/crypto/testing/nonce-watch.setup.ts";

export default defineConfig({
  test: {
    // One test marked `only` would silence all others.
    allowOnly: false,
    projects: [
      {
        test: {
          name: "unit",
          setupFiles: [nonceWatch],
          include: [
            "packages/*/src/**/*.test.ts",
            "relay/src/**/*.test.ts",
            "apps/*/src/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
        },
      },
      {
        test: {
          name: "histories",
          setupFiles: [nonceWatch],
          include: ["packages/*/fuzz/**/*.test.ts"],
          testTimeout: 600_000,
        },
      },
      {
        test: {
          // What a relay's disk, memory and traffic give away.
          name: "forensics",
          include: ["relay/forensics/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // Real processes of the command line and the relay, killed in between.
          name: "processes",
          include: ["apps/*/processes/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["apps/*/e2e/**/*.e2e.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One browser at a time: two at once on two processors make each other's waits run out.
          fileParallelism: false,
        },
      },
    ],
  },
});
