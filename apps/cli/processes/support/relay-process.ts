// The real relay as a process on the loopback, with a data folder that outlives it.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const main = join(import.meta.dirname, "../../../../relay/src/main.ts");

export interface RelayProcess {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly port: number;
  readonly output: () => string;
  /** Ends the process at once, as a power cut would; the next one may take the folder. */
  readonly kill: () => Promise<void>;
}

/** Starts a relay; port 0 takes a free one. */
export async function startRelayProcess(options: {
  readonly dataFolder: string;
  readonly appFolder: string;
  readonly port?: number;
}): Promise<RelayProcess> {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env["PATH"],
      HALQA_PORT: String(options.port ?? 0),
      HALQA_DATA: options.dataFolder,
      HALQA_APP: options.appFolder,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const port = await new Promise<number>((resolve, reject) => {
    const read = (text: string): void => {
      output += text;
      const [, found] = /http:\/\/[\w.]+:(\d+)/.exec(output) ?? [];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("exit", (code) =>
      reject(new Error(`the relay ended with ${code}: ${output}`)),
    );
  });
  return {
    address: `http://127.0.0.1:${port}`,
    port,
    output: () => output,
    kill: () => killNow(child),
  };
}

async function killNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
