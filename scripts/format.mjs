// `npm run format`: writes every file in the one format.

import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { ensureInstalled } = await import("./install.mjs");
const { prettier } = await import("./checks/steps.mjs");
const { runTool } = await import("./checks/run.mjs");

await ensureInstalled();
const run = await runTool({ ...prettier, args: ["--write", "."] });
process.stdout.write(run.output);
process.exitCode = run.code;
