// `npm test`: installs what is missing, runs every check and every suite, ends with one line over all of them.

import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { ensureInstalled } = await import("./install.mjs");
const { ensureBrowser } = await import("./browser.mjs");
const { ensureBuilt } = await import("./build.mjs");
const { runChecks } = await import("./checks/run-checks.mjs");
const { runSuites } = await import("./suites.mjs");

await ensureInstalled();
process.env.HALQA_CHROMIUM = ensureBrowser();
await ensureBuilt();
const checks = await runChecks();
const suites = await runSuites();

for (const name of suites.skipped) {
  process.stdout.write(`skipped: ${name}
`);
}
const passed = checks.passed + suites.passed;
const failed = checks.failed + suites.failed;
process.stdout.write(
  `\n${passed} passed, ${failed} failed, ${suites.skipped.length} skipped\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
