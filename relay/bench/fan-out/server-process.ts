// A server in a process of its own, which answers what it has used.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** In use of JavaScript, buffers among it. */
  readonly usedBytes: number;
  /** The 99th percentile of how late the event loop was, since the last `reset`. */
  readonly delayMs: number;
}

export interface ServerProcess {
  readonly port: number;
  readonly usage: () => Promise<Usage>;
  readonly reset: () => void;
  /** Has the garbage collected. */
  readonly collect: () => void;
  /** Ends it before this process ends. */
  readonly stop: () => void;
}

const here = import.meta.dirname;
const hook = pathToFileURL(join(here, "usage-hook.mjs")).href;

/** Starts `hub.ts`; it ends with this process. */
export async function startHub(
  kind: "halqa" | "ws" | "net",
): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    ["--import", hook, join(here, "hub.ts"), kind],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  const { port } = await heard<{ port: number }>(child, "port");
  return serverOf(child, port);
}

/** Starts the relay as it is, on a folder of its own; it ends with this process. It serves this app, or an empty page. */
export async function startBenchRelay(app?: string): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), "halqa-bench-"));
  const appFolder = app ?? join(folder, "app");
  if (app === undefined) {
    mkdirSync(appFolder);
    writeFileSync(join(appFolder, "index.html"), "<!doctype html>");
  }
  const child = spawn(
    process.execPath,
    ["--import", hook, join(here, "../../src/main.ts")],
    {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
      env: {
        PATH: process.env["PATH"],
        HALQA_PORT: "0",
        HALQA_DATA: join(folder, "data"),
        HALQA_APP: appFolder,
        // All from one address, and a few who write as much as a federation does.
        HALQA_CONNECTIONS: "20000",
        HALQA_PER_ADDRESS: "20000",
        HALQA_FRAMES_PER_SECOND: "100000",
        HALQA_WRITES_PER_SECOND: "100000",
        HALQA_TICK_MS: "0",
      },
    },
  );
  process.once("exit", () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const port = await new Promise<number>((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (bytes: Buffer) => {
      text += bytes.toString();
      const [, found] = /http:\/\/localhost:(\d+)/.exec(text) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    child.once("exit", () => reject(new Error(`the relay ended: ${text}`)));
  });
  return serverOf(child, port);
}

function serverOf(child: ChildProcess, port: number): ServerProcess {
  // The bench ends when it has its figures, whether or not a server still listens.
  child.unref();
  child.channel?.unref();
  if (child.stdout instanceof Socket) child.stdout.unref();
  return {
    port,
    usage: async () => {
      child.send("usage");
      return (await heard<{ usage: Usage }>(child, "usage")).usage;
    },
    reset: () => {
      child.send("reset");
    },
    collect: () => {
      child.send("collect");
    },
    stop: () => {
      child.kill("SIGKILL");
    },
  };
}

function heard<T>(child: ChildProcess, field: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const take = (message: unknown): void => {
      if (typeof message !== "object" || message === null) return;
      if (!(field in message)) return;
      child.off("message", take);
      child.off("exit", fail);
      child.channel?.unref();
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said by our own hook
      resolve(message as T);
    };
    const fail = (): void => reject(new Error("the server ended"));
    child.channel?.ref();
    child.on("message", take);
    child.once("exit", fail);
  });
}
