// Lets the one who started a process ask what it has used: `--import usage-hook.mjs`, and an IPC channel.

import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const RESOLUTION_MS = 1;

function collect() {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  gc();
  gc();
}

if (isMainThread && process.channel !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on("message", (message) => {
    if (message === "reset") delay.reset();
    if (message === "collect") collect();
    if (message !== "usage") return;
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send({
      usage: {
        cpuUs: user + system,
        rssBytes: rss,
        usedBytes: heapUsed + external,
        // What it records holds the interval itself.
        delayMs: delay.percentile(99) / 1e6 - RESOLUTION_MS,
      },
    });
  });
  // Without the one who asks there is nothing to do, however it ended.
  process.on("disconnect", () => process.exit());
  process.channel.unref();
}
