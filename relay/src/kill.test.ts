// The relay killed in the middle of its work, several times over one data folder.

import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createSeededRandom } from "@halqa/testkit";
import { afterAll, describe, expect, it } from "vitest";
import { createScratch } from "./testing/app-folder.ts";
import { runKillRounds } from "./testing/kill-rounds.ts";

const scratch = createScratch();

afterAll(() => {
  scratch.remove();
});

describe("a relay that is killed", { timeout: 120_000 }, () => {
  it("[RN-11] has every acknowledged entry once, at its sequence, in its chain", async () => {
    const { rounds, acknowledged, lost, doubled } = await runKillRounds({
      rounds: 10,
      longestMs: 600,
      settings: {
        HALQA_APP: scratch.appFolder,
        HALQA_DATA: mkdtempSync(join(scratch.folder, "data-")),
      },
      random: createSeededRandom("kill"),
    });
    expect({ rounds, lost, doubled }).toEqual({
      rounds: 10,
      lost: 0,
      doubled: 0,
    });
    expect(acknowledged).toBeGreaterThan(100);
  });
});
