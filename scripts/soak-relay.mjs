// `npm run soak:relay -- [--rounds N] [--longest MS] [--seed S]`: kills the relay with signal 9 in the middle of its work, beyond the rounds of `npm test`.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { fail } = await import("./fail.mjs");
const { ensureInstalled } = await import("./install.mjs");

const usage = `Usage: npm run soak:relay -- [--rounds N] [--longest MS] [--seed S]
  --rounds N    how often the relay is killed (100)
  --longest MS  how long it lives in a round, at most (6000): long enough for what it does every few seconds
  --seed S      of the moments (any text)`;
const { rounds, longestMs, seed } = readArguments();
await ensureInstalled();
const { createScratch } = await import("../relay/src/testing/app-folder.ts");
const { runKillRounds } = await import("../relay/src/testing/kill-rounds.ts");
const { createSeededRandom } = await import("@halqa/testkit");

const scratch = createScratch();
const data = mkdtempSync(join(tmpdir(), "halqa-soak-"));
try {
  const summary = await runKillRounds({
    rounds,
    longestMs,
    settings: { HALQA_APP: scratch.appFolder, HALQA_DATA: data },
    random: createSeededRandom(seed),
    onRound: (so) => {
      if (so.rounds % 10 === 0) process.stderr.write(`${lineOf(so)}\n`);
    },
  });
  process.stdout.write(`${lineOf(summary)}\n`);
  process.exitCode = summary.lost + summary.doubled > 0 ? 1 : 0;
} finally {
  scratch.remove();
  rmSync(data, { recursive: true, force: true });
}

/** @param {import("../relay/src/testing/kill-rounds.ts").KillSummary} summary */
function lineOf({ rounds: done, acknowledged, lost, doubled }) {
  return `${done} rounds, ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled`;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        rounds: { type: "string", default: "100" },
        longest: { type: "string", default: "6000" },
        seed: { type: "string", default: "soak" },
      },
    });
    return {
      rounds: wholeNumber(values.rounds),
      longestMs: wholeNumber(values.longest),
      seed: values.seed,
    };
  } catch (error) {
    return fail(`${error.message}\n${usage}`);
  }
}

/** @param {string} text */
function wholeNumber(text) {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number > 0) {
    return number;
  }
  throw new Error(`${text} is not a whole number of at least 1.`);
}
