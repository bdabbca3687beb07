import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccessSecret } from "./access-secret.ts";
import { readSettings } from "./read-settings.ts";

const defaults = { port: 1, host: "::1", dataFolder: "d", appFolder: "a" };

let folder = "";
let file = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-settings-"));
  file = join(folder, "relay.conf");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(mode: number, ...lines: readonly string[]): void {
  writeFileSync(file, `${lines.join("\n")}\n`);
  chmodSync(file, mode);
}

function read(environment: Record<string, string> = {}) {
  return readSettings({ HALQA_CONFIG: file, ...environment }, defaults);
}

describe("readSettings", () => {
  it("[HT-20] takes the file, and the environment first", () => {
    write(0o644, "HALQA_PORT=80", "HALQA_HOST=127.0.0.1", "HALQA_DATA=f");
    const value = {
      port: 80,
      host: "::",
      dataFolder: "f",
      appFolder: "a",
    };
    expect(read({ HALQA_HOST: "::", HALQA_DATA: "" })).toEqual({
      ok: true,
      value,
    });
    expect(readSettings({}, defaults)).toEqual({ ok: true, value: defaults });
  });

  it("[HT-14] [HT-20] refuses a file that is not there, is no file, or is no settings file", () => {
    const faultOf = (path: string): unknown => {
      const outcome = readSettings({ HALQA_CONFIG: path }, defaults);
      return outcome.ok ? undefined : outcome.error;
    };
    const none = join(folder, "none");
    expect(faultOf(none)).toEqual({
      kind: "file",
      file: none,
      code: "ENOENT",
    });
    expect(faultOf(folder)).toMatchObject({ kind: "file", code: "EISDIR" });
    writeFileSync(file, "#".repeat(65_537));
    expect(faultOf(file)).toMatchObject({ kind: "file", code: "too large" });
    write(0o644, "HALQA_PORT=80", "HALQA_PORT=many");
    expect(faultOf(file)).toMatchObject({ kind: "twice" });
    write(0o644, "HALQA_PORT=many");
    expect(faultOf(file)).toMatchObject({ kind: "value", value: "many" });
  });

  it.skipIf(process.platform === "win32")(
    "[HT-20] refuses a secret that everybody may read",
    () => {
      const secret = `HALQA_ACCESS=${createAccessSecret()}`;
      for (const [mode, line, isGood] of [
        [0o600, secret, true],
        [0o640, secret, true],
        [0o644, secret, false],
        [0o604, secret, false],
        [0o644, "HALQA_PORT=80", true],
      ] as const) {
        write(mode, line);
        expect(read().ok).toBe(isGood);
      }
    },
  );
});
