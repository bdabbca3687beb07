// A relay as a process of its own, for tests that kill it.

import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RelayProcess {
  /** The port it listens on; rejects where it ended before. */
  readonly port: Promise<number>;
  readonly ended: Promise<Ended>;
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
}

/** Runs `relay/src/main.ts` with these settings and no others, at most until the test ends. */
export function spawnRelay(settings: Record<string, string>): RelayProcess {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "..", "main.ts")],
    {
      env: { PATH: process.env["PATH"], HALQA_PORT: "0", ...settings },
    },
  );
  // A test that fails half-way leaves no process behind.
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8");
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  const port = new Promise<number>((resolve, reject) => {
    child.stdout.on("data", (text: string) => {
      stdout += text;
      const [, found] = /http:\/\/localhost:(\d+)/.exec(stdout) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then(() => reject(new Error(stderr)));
  });
  // Whoever waits for the end alone learns from it why there is no port.
  port.catch(() => undefined);
  return {
    port,
    ended,
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
  };
}

/** Runs the program with these arguments to its end. `program` is another one under `relay/src` that behaves like it. */
export function runRelay(
  args: readonly string[],
  settings: Record<string, string> = {},
  program = "main.ts",
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, "..", program), ...args],
      { env: { PATH: process.env["PATH"], ...settings } },
      (error, stdout, stderr) => {
        const code = typeof error?.code === "number" ? error.code : 0;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
