// A person with a terminal: a data folder and calls of `halqa` as processes.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { undocumented } from "../../src/testing/documented.ts";

const main = join(import.meta.dirname, "../../src/main.ts");

/** One printed object; tests look at single fields. */
export type PrintedLine = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly code: number | null;
  readonly lines: readonly PrintedLine[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly answer: Promise<Answer>;
  readonly stdout: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
}

export interface Person {
  readonly folder: string;
  /** Runs `halqa --json` with these words to its end. */
  readonly call: (...words: readonly string[]) => Promise<Answer>;
  /** The same, for calls that last. */
  readonly start: (...words: readonly string[]) => Running;
  /** Starts a call and kills it with SIGKILL after so many milliseconds, if it still runs. */
  readonly cutOff: (ms: number, ...words: readonly string[]) => Promise<Answer>;
}

export interface Device {
  readonly folder: string;
  /** Given to Node, for planting faults. */
  readonly nodeOptions?: readonly string[];
  readonly passphrase?: string;
  /** Other secrets of the environment. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export function createPerson(device: Device): Person {
  return {
    folder: device.folder,
    call: (...words) => run(device, words).answer,
    start: (...words) => run(device, words),
    cutOff: async (ms, ...words) => {
      const running = run(device, words);
      const timer = setTimeout(() => running.signal("SIGKILL"), ms);
      const answer = await running.answer;
      clearTimeout(timer);
      return answer;
    },
  };
}

function run(
  { folder, nodeOptions = [], passphrase, secrets = {} }: Device,
  words: readonly string[],
): Running {
  const child = spawn(
    process.execPath,
    [...nodeOptions, main, "--json", "--data", folder, ...patient(words)],
    {
      env: {
        PATH: process.env["PATH"],
        ...secrets,
        ...(passphrase === undefined ? {} : { HALQA_PASSPHRASE: passphrase }),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    child.once("close", (code) => {
      const lines = readLines(stdout);
      const faults = lines.flatMap((line) => undocumented(line));
      if (faults.length > 0) reject(new Error(faults.join("\n")));
      else resolve({ code, stdout, stderr, lines });
    });
  });
  return {
    answer,
    stdout: () => stdout,
    signal: (signal) => child.kill(signal),
  };
}

/** Where many processes share few processors, a call takes longer than a person would wait. */
function patient(words: readonly string[]): readonly string[] {
  return words.includes("--timeout") ? words : [...words, "--timeout", "60"];
}

// A killed process may leave half a line.
function readLines(stdout: string): PrintedLine[] {
  return stdout.split("\n").flatMap((line): PrintedLine[] => {
    try {
      const value: unknown = JSON.parse(line);
      return isLine(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

function isLine(value: unknown): value is PrintedLine {
  return typeof value === "object" && value !== null;
}
