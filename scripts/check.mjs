// `npm run check`: everything that can be said about the code without running it.

import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { ensureInstalled } = await import("./install.mjs");
const { runChecks } = await import("./checks/run-checks.mjs");

await ensureInstalled();
const { failed } = await runChecks();
process.exitCode = failed > 0 ? 1 : 0;
