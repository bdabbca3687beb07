import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "@halqa/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder, type FolderLock } from "./folder-lock.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-lock-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function take(): FolderLock {
  const lock = lockFolder(folder);
  if (!lock.ok) throw new InvariantError(lock.error.kind);
  return lock.value;
}

const refusal = () => ({
  ok: false,
  error: { kind: "data-in-use", folder },
});

describe("lockFolder", () => {
  it("[RN-1] gives a folder to one holder at a time", () => {
    const first = take();
    expect(lockFolder(folder)).toEqual(refusal());
    first.release();
    take().release();
  });

  it("[RN-1] keeps other processes out, and is free once its holder is killed", async () => {
    const module = JSON.stringify(join(import.meta.dirname, "folder-lock.ts"));
    const holder = spawn(process.execPath, [
      "--input-type=module",
      "--eval",
      `const { lockFolder } = await import(${module});
       console.log(lockFolder(${JSON.stringify(folder)}).ok);
       setInterval(() => {}, 1000);`,
    ]);
    const said = await new Promise<string>((resolve) => {
      holder.stdout.once("data", (text) => resolve(String(text)));
    });
    expect(said).toBe("true\n");
    expect(lockFolder(folder)).toEqual(refusal());
    const gone = new Promise((resolve) => holder.once("close", resolve));
    holder.kill("SIGKILL");
    await gone;
    take().release();
  });
});
