// `npm run sim -- [--seeds N] [--from S] [--only SEED] [--real]`: random worlds of devices and relays, beyond those of `npm test` (docs/spec/simulator.md).

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { fail } = await import("./fail.mjs");
const { ensureInstalled } = await import("./install.mjs");

const usage = `Usage: npm run sim -- [--seeds N] [--from S] [--only SEED] [--real | --symbolic] [--log] [--keep]
  --seeds N    how many worlds (500)
  --from S     the first seed (0)
  --only SEED  this one
  --symbolic   with terms in the place of crypto, which is quick (unless --real)
  --real       with the crypto that people run
  --log        everything that happens
  --keep       failing worlds, made short, are kept in packages/simulator/regressions`;
const { seeds, from, isSymbolic, isLogging, isKeeping } = readArguments();
await ensureInstalled();
const { keepRegression, simulate } =
  await import("../packages/simulator/src/index.ts");

const summary = await simulate({
  isSymbolic,
  from,
  seeds,
  jobs: Math.min(seeds, availableParallelism()),
  isShrinking: true,
  isLogging,
  onLog: (line) => process.stdout.write(`${line}\n`),
  onFailure: (report, regression) => {
    process.stdout.write(`${report}\n`);
    if (isKeeping && regression !== undefined) {
      process.stdout.write(`kept as ${keepRegression(regression)}\n`);
    }
    process.stdout.write("\n");
  },
  onProgress: (done) => process.stderr.write(`${done} of ${seeds}\n`),
});
process.stdout.write(
  `${summary.seeds} seeds, ${summary.steps} steps, ${summary.failures} failures\n`,
);
process.exitCode = summary.failures > 0 ? 1 : 0;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: "string", default: "500" },
        from: { type: "string", default: "0" },
        only: { type: "string" },
        real: { type: "boolean", default: false },
        symbolic: { type: "boolean", default: false },
        log: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
      },
    });
    if (values.real && values.symbolic) {
      throw new Error("A world is real or symbolic.");
    }
    const { only } = values;
    return {
      seeds: only === undefined ? wholeNumber(values.seeds, 1) : 1,
      from: wholeNumber(only ?? values.from, 0),
      isSymbolic: !values.real,
      isLogging: values.log,
      isKeeping: values.keep,
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
