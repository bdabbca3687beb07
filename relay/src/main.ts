// `node relay/src/main.ts`: settings from the environment and a file, one line on success, one sentence on failure, a clean
// end on a signal. Wiring and policy only; never a log of who asked for what.

import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import {
  DELIVERY_TICK_MS,
  describeConfig,
  describeConfigFault,
  type RelayConfig,
} from "./core/index.ts";
import {
  backUpStore,
  createAccessSecret,
  describeBackupFault,
  describeCrash,
  describeStartFault,
  endRelay,
  readSettings,
  startRelay,
} from "./node/index.ts";

// Ctrl-C in a terminal reaches this process twice, from the terminal and through `npm start`. A
// process that is already tearing itself down dies of the second one, so it waits for that first.
const SECOND_SIGNAL_MS = 250;

const root = join(import.meta.dirname, "..", "..");

// Node would open a debugger on this signal, to whoever on this machine comes first.
process.on("SIGUSR1", () => undefined);
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error) => {
    process.stderr.write(`${describeCrash(error)}\n`);
    process.exit(1);
  });
}

const outcome = await run(process.argv.slice(2), (line) => {
  process.stdout.write(`${line}\n`);
});
if (outcome !== undefined) {
  process.stderr.write(`${outcome}\n`);
  process.exitCode = 1;
}

/** Does what is asked for; answers with a sentence where it cannot. */
async function run(
  [command, ...rest]: readonly string[],
  say: (line: string) => void,
): Promise<string | undefined> {
  const isKnown = ["config", "access-secret", "backup", undefined].includes(
    command,
  );
  if (!isKnown || rest.length !== (command === "backup" ? 1 : 0)) {
    return "The relay is started without arguments; `config` shows its settings, `access-secret` makes a secret for HALQA_ACCESS, `backup FILE` copies the store to a new file.";
  }
  if (command === "access-secret") {
    say(createAccessSecret());
    return undefined;
  }
  const read = readSettings(process.env, {
    port: 8787,
    host: "127.0.0.1",
    dataFolder: join(root, "data"),
    appFolder: join(root, "apps", "web", "dist"),
    tickMs: DELIVERY_TICK_MS,
  });
  if (!read.ok) return describeConfigFault(read.error);
  const config = {
    ...read.value,
    dataFolder: resolve(read.value.dataFolder),
    appFolder: resolve(read.value.appFolder),
  };
  if (command === undefined) return serve(config, say);
  if (command === "backup") return backUp(config, rest[0] ?? "", say);
  for (const line of describeConfig(config)) say(line);
  return undefined;
}

/** Copies the store, whether the relay runs or not. */
function backUp(
  { dataFolder }: RelayConfig,
  file: string,
  say: (line: string) => void,
): string | undefined {
  const to = resolve(file);
  const copied = backUpStore(dataFolder, to);
  if (!copied.ok) return describeBackupFault(copied.error);
  say(
    `Copied the store to ${to} (${copied.value} bytes). It works with the relay.key of ${dataFolder} only: keep a copy of that, too.`,
  );
  return undefined;
}

/** Runs the relay until a signal ends it. */
async function serve(
  config: RelayConfig,
  say: (line: string) => void,
): Promise<string | undefined> {
  const started = await startRelay(config);
  if (!started.ok) return describeStartFault(started.error);
  const relay = started.value;
  // Listened for before anything is said: whoever reads the line may send a signal at once.
  const wanted = signalToEnd();
  say(
    `Halqa is at ${relay.address} (data: ${config.dataFolder}; Ctrl-C stops it)`,
  );
  await wanted;
  await endRelay(relay);
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
