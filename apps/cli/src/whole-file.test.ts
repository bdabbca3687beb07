// Files that a person asks for.

import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeNewFile } from "./whole-file.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-files-"));
  path = join(folder, "file");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield bytes("half");
  await Promise.resolve();
  throw new Error("no more");
}

describe("a new file", () => {
  it("[CL-18] is whole and its owner's alone", async () => {
    const written = await writeNewFile(path, [bytes("one "), bytes("two")]);
    expect(written).toEqual({ ok: true, value: 7 });
    expect(readFileSync(path, "utf8")).toBe("one two");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("[CL-18] never takes the place of another one", async () => {
    writeFileSync(path, "mine");
    const written = await writeNewFile(path, [bytes("other")]);
    expect(written).toMatchObject({
      ok: false,
      error: { error: "file-exists" },
    });
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  it("[CL-18] is not there when its source ends too early", async () => {
    await expect(writeNewFile(path, breaking())).rejects.toThrow("no more");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("[CL-18] takes the place of a part that a killed call left", async () => {
    writeFileSync(`${path}.part`, "a longer part of before", { mode: 0o644 });
    await writeNewFile(path, [bytes("whole")]);
    expect(readFileSync(path, "utf8")).toBe("whole");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it("is refused with a sentence where there is no such folder", async () => {
    const written = await writeNewFile(join(folder, "no", "file"), []);
    expect(written).toMatchObject({ ok: false, error: { error: "bad-file" } });
  });
});
