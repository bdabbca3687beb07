// What a script says of its end when it is asked to end: never 0, never with a child left behind.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./root.mjs";

let scratch = "";

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "halqa-child-"));
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const module = pathToFileURL(join(root, "scripts/child.mjs")).href;
const child = (code: string) =>
  `spawn(process.execPath, ["-e", ${JSON.stringify(code)}], { stdio: ["ignore", "inherit", "inherit"] })`;
/** Says its process id and waits. */
const waits = "console.log(process.pid); setInterval(() => {}, 1000)";
const endsWell = `process.on("SIGTERM", () => process.exit(0)); ${waits}`;

/** Runs a script, sends it SIGTERM once its child has said its process id, and tells how both ended. */
async function interrupt(body: string) {
  const file = join(scratch, "script.mjs");
  writeFileSync(
    file,
    `import { spawn } from "node:child_process";\nimport { followChild, followStep } from ${JSON.stringify(module)};\n${body}\n`,
  );
  const script = spawn(process.execPath, [file]);
  const pid = await new Promise<number>((resolve) => {
    script.stdout.setEncoding("utf8").once("data", (text) => {
      resolve(Number(text));
    });
  });
  script.kill("SIGTERM");
  const code = await new Promise((resolve) => {
    script.once("close", resolve);
  });
  return { code, isChildAlive: isAlive(pid) };
}

function isAlive(pid: number) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process: what is hoped for.
    return false;
  }
}

describe("a script that is asked to end", () => {
  it("takes its step with it and ends as interrupted", async () => {
    const ended = await interrupt(`await followStep(${child(waits)});`);
    expect(ended).toEqual({ code: 143, isChildAlive: false });
  });

  it("ends as interrupted even when the step ended well", async () => {
    const ended = await interrupt(`await followStep(${child(endsWell)});`);
    expect(ended).toEqual({ code: 143, isChildAlive: false });
  });

  it("cleans up what the step left", async () => {
    const ended = await interrupt(
      `await followStep(${child(waits)}, () => process.exit(9));`,
    );
    expect(ended).toEqual({ code: 9, isChildAlive: false });
  });

  it("ends as a program does that it only started", async () => {
    const program = (code: string) =>
      `process.exit((await followChild(${child(code)})).code);`;
    expect((await interrupt(program(endsWell))).code).toBe(0);
    expect((await interrupt(program(waits))).code).toBe(143);
  });
});
