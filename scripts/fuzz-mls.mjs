// `npm run fuzz:mls -- [--seeds N] [--from S] [--steps K] [--interop]`: random histories of the MLS engine, beyond those of `npm test`.

import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { fail } = await import("./fail.mjs");
const { ensureInstalled } = await import("./install.mjs");

const usage = `Usage: npm run fuzz:mls -- [--seeds N] [--from S] [--steps K] [--interop]
  --seeds N   how many histories (100)
  --from S    the first seed (0)
  --steps K   steps of each history (40)
  --interop   half of the members run OpenMLS`;
const { seeds, from, steps, interop } = readArguments();
await ensureInstalled();
const { runHistories } = await import("../packages/mls/fuzz/run.ts");

const summary = await runHistories({
  seeds,
  from,
  steps,
  interop,
  onFailure: (report) => process.stdout.write(`${report}\n\n`),
  onProgress: (done) => process.stderr.write(`${done} of ${seeds}\n`),
});
process.stdout.write(
  `${summary.seeds} seeds, ${summary.steps} steps, ${summary.epochs} epochs, ${summary.failures} failures\n`,
);
process.exitCode = summary.failures > 0 ? 1 : 0;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: "string", default: "100" },
        from: { type: "string", default: "0" },
        steps: { type: "string", default: "40" },
        interop: { type: "boolean", default: false },
      },
    });
    return {
      seeds: wholeNumber(values.seeds, 1),
      from: wholeNumber(values.from, 0),
      steps: wholeNumber(values.steps, 1),
      interop: values.interop,
    };
  } catch (error) {
    return fail(`${error.message}\n${usage}`);
  }
}

/**
 * @param {string} text
 * @param {number} least
 */
function wholeNumber(text, least) {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) {
    return number;
  }
  throw new Error(`${text} is not a whole number of at least ${least}.`);
}
