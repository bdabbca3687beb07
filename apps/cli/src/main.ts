// `halqa`: argv, environment and signals in; lines and an exit code out. Everything between is in run.ts.

import { homedir } from "node:os";
import { join } from "node:path";
import { readCall, type Call } from "./call.ts";
import { exitCodes } from "./exit-codes.ts";
import { helpOf, helpText } from "./help.ts";
import { usageFailure, type Failure } from "./outcome.ts";
import { printJson, type Printed } from "./printed.ts";
import { runCall } from "./run.ts";
import { printText } from "./text/print-text.ts";
import { visible } from "./text/visible.ts";

const argv = process.argv.slice(2);
const json = argv.includes("--json");
const read = readCall(argv, process.env, join(homedir(), ".halqa"));

if (!read.ok) {
  fail(usageFailure(read.error));
} else if (asksForHelp(read.value)) {
  showHelp(read.value.words.filter((word) => word !== "help"));
} else {
  const failure = await runCall(read.value, {
    print: (printed) => write(printed),
    secret: (name) => process.env[name],
    ended: signalToEnd(),
  });
  if (failure !== undefined) fail(failure);
}

function asksForHelp({ words, options }: Call): boolean {
  return words.length === 0 || words[0] === "help" || options["help"] === true;
}

function showHelp(words: readonly string[]): void {
  const text = words.length === 0 ? helpText() : helpOf(words);
  if (text === undefined) {
    fail(
      usageFailure(
        `There is no command "${words.join(" ")}": see \`halqa help\`.`,
      ),
    );
  } else process.stdout.write(text);
}

function write(printed: Printed): void {
  const line = json ? printJson(printed) : printText(printed);
  process.stdout.write(`${line}\n`);
}

function fail({ code, error, sentence }: Failure): void {
  process.exitCode = code;
  if (json && code !== exitCodes.usage) {
    write({ type: "error", error, sentence });
  } else process.stderr.write(`${visible(sentence)}\n`);
}

function signalToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => resolve());
    }
  });
}
