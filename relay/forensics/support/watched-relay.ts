// The real relay as a process of its own, watched: its folder, its output, its memory. What a test wants changed in it
// (a leak, another time) is loaded before its first module, in every thread.

import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

export interface Watch {
  /** One of the leaks in `hooks/leaks.mjs`. */
  readonly leak?: string | undefined;
  /** When the process believes that it starts. */
  readonly at?: string;
  /** Whether the output says which statements the store runs. */
  readonly statements?: boolean;
  /** What another relay has left, to go on from; without it the relay has a folder of its own. */
  readonly dataFolder?: string;
  /** Whether `memory` answers with all pages of the process. */
  readonly wholeMemory?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Memory {
  /** What is still in use of JavaScript in the main thread: every string. */
  readonly heap: Uint8Array;
  /** And every byte array. */
  readonly views: Uint8Array;
  /** Every page that the process can write, in use or not; empty unless asked for. */
  readonly pages: Uint8Array;
}

export interface WatchedRelay {
  readonly port: number;
  readonly dataFolder: string;
  readonly output: () => Uint8Array;
  /** What it holds after a collection of garbage. */
  readonly memory: () => Promise<Memory>;
  /** Ends it as an operator does. */
  readonly stop: () => Promise<void>;
  /** Ends it if need be, and leaves nothing behind. */
  readonly remove: () => Promise<void>;
}

const main = join(import.meta.dirname, "../../src/main.ts");
const hooks = join(import.meta.dirname, "hooks");

export async function startWatchedRelay(
  watch: Watch = {},
): Promise<WatchedRelay> {
  const folders = makeFolders(watch.dataFolder);
  const child = spawn(process.execPath, [main], {
    cwd: folders.root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HALQA_PORT: "0",
      HALQA_DATA: folders.data,
      HALQA_APP: folders.app,
      ...watch.settings,
      // And not arguments: those would not reach the store's thread.
      NODE_OPTIONS: imports(watch, folders.memory),
    },
  });
  const written: Buffer[] = [];
  const life: Life = {
    isOver: false,
    text: () => Buffer.concat(written).toString(),
  };
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      life.isOver = true;
      resolve();
    });
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  const port = new Promise<number>((resolve, reject) => {
    const take = (bytes: Buffer): void => {
      written.push(bytes);
      const [, found] = /http:\/\/localhost:(\d+)/.exec(life.text()) ?? [];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    void ended.then(() => reject(new Error(life.text())));
  });
  return {
    port: await port,
    dataFolder: folders.data,
    output: () => new Uint8Array(Buffer.concat(written)),
    memory: () => {
      rmSync(join(folders.memory, DONE), { force: true });
      child.kill("SIGUSR2");
      return readMemory(folders.memory, life);
    },
    stop: () => end("SIGTERM"),
    remove: async () => {
      if (!life.isOver) await end("SIGKILL");
      rmSync(folders.root, { recursive: true, force: true });
    },
  };
}

interface Life {
  isOver: boolean;
  readonly text: () => string;
}

function makeFolders(dataFolder?: string) {
  const root = mkdtempSync(join(tmpdir(), "halqa-forensics-"));
  const folders = {
    root,
    data: dataFolder ?? join(root, "data"),
    app: join(root, "app"),
    memory: join(root, "memory"),
  };
  mkdirSync(folders.app);
  mkdirSync(folders.memory);
  writeFileSync(join(folders.app, "index.html"), "<!doctype html>");
  return folders;
}

// What the hook writes last.
const DONE = "done";

async function readMemory(folder: string, life: Life): Promise<Memory> {
  while (!existsSync(join(folder, DONE))) {
    if (life.isOver) throw new Error(life.text());
    await setTimeout(20);
  }
  const read = (name: string): Uint8Array => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file) : new Uint8Array(0);
  };
  return {
    heap: read("heap.json"),
    views: read("views.bin"),
    pages: read("pages.bin"),
  };
}

function imports(watch: Watch, memoryFolder: string): string {
  const { leak, at, wholeMemory, statements } = watch;
  const memory = new URL(pathToFileURL(join(hooks, "memory-hook.mjs")));
  memory.searchParams.set("to", pathToFileURL(memoryFolder).href);
  if (wholeMemory === true) memory.searchParams.set("whole", "yes");
  const modules = [memory];
  if (leak !== undefined) modules.push(hook("leak-hook.mjs", { leak }));
  if (statements === true) modules.push(hook("statement-hook.mjs", {}));
  if (at !== undefined) modules.push(hook("clock-hook.mjs", { at }));
  return modules.map(({ href }) => `--import=${href}`).join(" ");
}

function hook(name: string, query: Record<string, string>): URL {
  const url = pathToFileURL(join(hooks, name));
  for (const [key, value] of Object.entries(query)) {
    url.searchParams.set(key, value);
  }
  return url;
}
