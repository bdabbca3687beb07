// `halqa` as a process, where no relay is needed.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commands } from "./commands/index.ts";
import { helpOf, helpText } from "./help.ts";

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
    [["send", "circle", "text", "--uses", "3"], /--uses is no option/],
    [["export", "circle", "file"], /--readable/],
    [["help", "dance"], /no command "dance"/],
  ])(
    "[CL-2] [CL-5] [CL-16] answers %j with a sentence and touches nothing",
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

  it("[CL-16] shows every command, and of each what it takes", () => {
    const list = helpText();
    for (const { form } of commands) {
      expect(list).toContain(`\n  ${form.literals.join(" ")}`);
      const help = helpOf(form.literals) ?? "";
      expect(help).toContain(`halqa ${form.usage}\n`);
    }
    expect(halqa("help")).toEqual({ code: 0, stdout: list, stderr: "" });
    const invite = halqa("invite", "--help");
    expect(invite.stdout).toBe(helpOf(["invite"]));
  }, 30_000);

  it("[CL-17] takes no secret from the words of a call", () => {
    const options = commands.flatMap(({ form }) => [...form.options.keys()]);
    for (const word of ["passphrase", "words", "password", "access"])
      expect(options).not.toContain(word);
    const { code, stderr } = halqa("passphrase", "seven candles");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "halqa passphrase [--none]\n",
    });
  });

  it("makes words for a passphrase and for backups, without a data folder", () => {
    const count = (...words: readonly string[]): number =>
      halqa("words", ...words)
        .stdout.trim()
        .split(" ").length;
    expect(count()).toBe(6);
    expect(count("--recovery")).toBe(24);
    expect(existsSync(data)).toBe(false);
  }, 30_000);
});
