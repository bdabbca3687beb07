// `npm start`: installs what is missing, builds what is stale, starts the relay with the app.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { root } = await import("./root.mjs");
const { ensureInstalled } = await import("./install.mjs");
const { followChild } = await import("./signals.mjs");
const { ensureBuilt } = await import("./build.mjs");

ensureInstalled();
const app = ensureBuilt();
const relay = spawn(process.execPath, [join(root, "relay/src/main.ts")], {
  stdio: "inherit",
  env: {
    HALQA_DATA: join(root, "data"),
    ...process.env,
    HALQA_APP: app,
  },
});
process.exitCode = await followChild(relay);
