// `npm start` as a person meets it: the real script, a real port, a real signal.

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./root.mjs";

let scratch = "";

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "halqa-start-"));
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

function start(env: Record<string, string>): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [join(root, "scripts/start.mjs")], {
    env: {
      ...process.env,
      HALQA_PORT: "0",
      HALQA_DATA: join(scratch, "data"),
      ...env,
    },
  });
}

function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", resolve);
    child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
  });
}

function end(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; stderr: string }> {
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, stderr }));
  });
}

describe("npm start", () => {
  it("prints one line with the address, serves the page, and ends cleanly, keeping its data folder", async () => {
    const child = start({});
    const ended = end(child);
    const line = await firstLine(child);
    const [, address] = /(http:\/\/localhost:\d+)/.exec(line) ?? [];
    expect(line).toContain(join(scratch, "data"));
    const page = await fetch(`${address}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<title>");
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/^(Building the app \.\.\.\n)?$/);
    expect(code).toBe(0);
    expect(existsSync(join(scratch, "data"))).toBe(true);
  }, 60_000);

  it("says in one sentence that the port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port =
      typeof address === "object" && address !== null
        ? String(address.port)
        : "";
    const { code, stderr } = await end(start({ HALQA_PORT: port }));
    other.close();
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(port);
    expect(code).toBe(1);
  }, 60_000);

  it("says in one sentence that the data folder cannot be made", async () => {
    const folder = join(root, "package.json", "data");
    const { code, stderr } = await end(start({ HALQA_DATA: folder }));
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(folder);
    expect(code).toBe(1);
  }, 60_000);
});
