// `npm start`: installs what is missing, builds what is stale, starts the relay with the app.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { root } = await import("./root.mjs");
const { ensureInstalled } = await import("./install.mjs");
const { followChild } = await import("./child.mjs");
const { ensureBuilt } = await import("./build.mjs");

await ensureInstalled();
const app = await ensureBuilt();
const relay = spawn(process.execPath, [join(root, "relay/src/main.ts")], {
  stdio: "inherit",
  env: {
    HALQA_DATA: join(root, "data"),
    ...process.env,
    HALQA_APP: app,
  },
});
const { code } = await followChild(relay);
process.exitCode = code;
