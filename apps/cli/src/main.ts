// `halqa`: argv, environment and signals in; lines and an exit code out. Everything between is in run.ts.

import { homedir } from "node:os";
import { join } from "node:path";
import { readCall } from "./call.ts";
import { exitCodes } from "./exit-codes.ts";
import { helpText } from "./help.ts";
import { usageFailure, type Failure } from "./outcome.ts";
import { printJson, printText, type Printed } from "./output.ts";
import { runCall } from "./run.ts";

const argv = process.argv.slice(2);
const json = argv.includes("--json");
const read = readCall(argv, process.env, join(homedir(), ".halqa"));

if (!read.ok) {
  fail(usageFailure(read.error));
} else if (
  read.value.options["help"] === true ||
  asksForHelp(read.value.words)
) {
  process.stdout.write(helpText());
} else {
  const failure = await runCall(read.value, {
    print: (printed) => write(printed),
    passphrase: process.env["HALQA_PASSPHRASE"],
    ended: signalToEnd(),
  });
  if (failure !== undefined) fail(failure);
}

function asksForHelp(words: readonly string[]): boolean {
  return words.length === 0 || words[0] === "help";
}

function write(printed: Printed): void {
  const line = json ? printJson(printed) : printText(printed);
  process.stdout.write(`${line}\n`);
}

function fail({ code, error, sentence }: Failure): void {
  process.exitCode = code;
  if (json && code !== exitCodes.usage) {
    write({ type: "error", error, sentence });
  } else process.stderr.write(`${sentence}\n`);
}

function signalToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => resolve());
    }
  });
}
