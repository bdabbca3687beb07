// `node relay/src/main.ts`: settings from the environment, one line on success, one sentence on
// failure, a clean end on a signal. Wiring and policy only; never a log of who asked for what.

import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describeConfigFault, readConfig } from "./core/index.ts";
import { describeStartFault, startRelay } from "./node/index.ts";

// Ctrl-C in a terminal reaches this process twice, from the terminal and through `npm start`. A
// process that is already tearing itself down dies of the second one, so it waits for that first.
const SECOND_SIGNAL_MS = 250;

const root = join(import.meta.dirname, "..", "..");
const outcome = await run((line) => process.stdout.write(`${line}\n`));
if (outcome !== undefined) {
  process.stderr.write(`${outcome}\n`);
  process.exitCode = 1;
}

/** Runs the relay until a signal ends it; answers with a sentence where it could not start. */
async function run(
  announce: (line: string) => void,
): Promise<string | undefined> {
  const read = readConfig(process.env, {
    port: 8787,
    host: "127.0.0.1",
    dataFolder: join(root, "data"),
    appFolder: join(root, "apps", "web", "dist"),
  });
  if (!read.ok) return describeConfigFault(read.error);
  const config = {
    ...read.value,
    dataFolder: resolve(read.value.dataFolder),
    appFolder: resolve(read.value.appFolder),
  };
  const started = await startRelay(config);
  if (!started.ok) return describeStartFault(started.error);
  const relay = started.value;
  // Listened for before anything is said: whoever reads the line may send a signal at once.
  const wanted = signalToEnd();
  announce(
    `Halqa is at ${relay.address} (data: ${config.dataFolder}; Ctrl-C stops it)`,
  );
  await wanted;
  await relay.close();
  await setTimeout(SECOND_SIGNAL_MS);
  return undefined;
}

function signalToEnd(): Promise<void> {
  return new Promise((wanted) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => wanted());
    }
  });
}
