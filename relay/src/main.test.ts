// The relay as an operator meets it: a process, its output and its exit code.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createScratch, PAGE } from "./testing/app-folder.ts";

const scratch = createScratch();

afterAll(() => {
  scratch.remove();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runMain(
  settings: Record<string, string>,
  onOutput: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "main.ts")],
    {
      env: {
        PATH: process.env["PATH"],
        HALQA_PORT: "0",
        HALQA_DATA: scratch.dataFolder,
        HALQA_APP: scratch.appFolder,
        ...settings,
      },
    },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput(stdout, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe("node relay/src/main.ts", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "[HT-15] [HT-16] prints one line, serves without a word, and ends well on %s",
    async (signal) => {
      let page: Promise<string> | undefined;
      const { code, stdout, stderr } = await runMain({}, (line, kill) => {
        const [address] = /http:\/\/localhost:\d+/.exec(line) ?? [];
        page = fetch(`${address}/?marker`).then((answer) => answer.text());
        // Twice, as a terminal and npm together do.
        void page.finally(() => [signal, signal].map(kill));
      });
      expect(await page).toBe(PAGE);
      expect(stdout).toMatch(
        /^Halqa is at http:\/\/localhost:\d+ \(data: [^\n]+; Ctrl-C stops it\)\n$/,
      );
      expect(stdout).toContain(scratch.dataFolder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(existsSync(scratch.dataFolder)).toBe(true);
      expect(readdirSync(scratch.dataFolder)).toEqual([]);
    },
  );

  it("[HT-14] says in one sentence why it does not start", async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    const address = other.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const inAFile = join(scratch.appFolder, "index.html", "data");
    const missing = join(scratch.appFolder, "none");
    for (const [settings, said] of [
      [{ HALQA_PORT: String(port) }, `Port ${port} is taken`],
      [{ HALQA_PORT: "many" }, 'HALQA_PORT is "many"'],
      [{ HALQA_HOST: "192.0.2.1" }, "192.0.2.1"],
      [{ HALQA_DATA: inAFile }, inAFile],
      [{ HALQA_APP: missing }, missing],
    ] as const) {
      const { code, stdout, stderr } = await runMain(settings, () => undefined);
      expect(stderr).toContain(said);
      expect(stderr).toMatch(/^[^\n]+\.\n$/);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    }
    other.close();
  });
});
