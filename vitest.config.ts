import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
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
          include: ["packages/*/fuzz/**/*.test.ts"],
          testTimeout: 600_000,
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
