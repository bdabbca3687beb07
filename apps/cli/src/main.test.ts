// `halqa` as a process, where no relay is needed.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const scratch = mkdtempSync(join(tmpdir(), "halqa-cli-"));
const data = join(scratch, "data");

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function halqa(...words: readonly string[]): {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "main.ts"), "--data", data, ...words],
    { encoding: "utf8", env: { PATH: process.env["PATH"] } },
  );
  return { code: status, stdout, stderr };
}

describe("halqa", () => {
  it.each([
    [["dance"], /no command "dance"/],
    [["circles", "--colour", "red"], /--colour/],
    [["circles", "--timeout", "soon"], /--timeout/],
    [["circle", "destroy"], /circle create/],
    [["init"], /--name/],
  ])(
    "[CL-2] [CL-5] answers %j with a sentence and touches nothing",
    (words, said) => {
      const { code, stdout, stderr } = halqa(...words);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(said);
      expect(stderr).toMatch(/^[^\n]+\n$/);
      expect(existsSync(data)).toBe(false);
    },
  );

  it("[CL-2] refuses to work on what is not there, and makes nothing of it", () => {
    const { code, stderr } = halqa("circles");
    expect(code).toBe(3);
    expect(stderr).toContain("halqa init");
    expect(existsSync(data)).toBe(false);
  });

  it.each([
    ["ftp://example.org", /not an http/],
    ["http://198.51.100.7", /https/],
    ["http://127.0.0.1:9", /cannot be reached/],
  ])("[CL-10] takes no relay at %s", (relay, said) => {
    const { code, stdout } = halqa(
      "init",
      "--name",
      "A",
      "--relay",
      relay,
      "--json",
    );
    expect(code).toBe(3);
    const [line = ""] = stdout.split("\n");
    expect(JSON.parse(line)).toMatchObject({
      type: "error",
      error: "bad-relay",
    });
    expect(stdout).toMatch(said);
    expect(existsSync(data)).toBe(false);
  });

  it("shows every command", () => {
    const { code, stdout } = halqa("help");
    expect(code).toBe(0);
    for (const word of [
      "init",
      "circle create",
      "invite",
      "join",
      "requests",
      "approve",
      "send",
      "read",
      "members",
      "remove",
      "notice",
      "rsvp",
      "watch",
    ]) {
      expect(stdout).toContain(`halqa ${word}`);
    }
  });
});
