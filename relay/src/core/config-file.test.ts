import { describe, expect, it } from "vitest";
import { holdsSecret, parseConfigFile } from "./config-file.ts";

function parse(...lines: readonly string[]) {
  return parseConfigFile("f", lines.join("\n"));
}

describe("parseConfigFile", () => {
  it("[HT-20] takes NAME=value, comments and empty lines, on any system", () => {
    const read = parse(
      "# the relay",
      "",
      "  HALQA_PORT=80",
      "HALQA_HOST=::\r",
      "HALQA_DATA=/srv/a=b # c",
      "HALQA_APP=",
    );
    expect(read).toEqual({
      ok: true,
      value: {
        HALQA_PORT: "80",
        HALQA_HOST: "::",
        HALQA_DATA: "/srv/a=b # c",
        HALQA_APP: "",
      },
    });
  });

  it.each([
    "HALQA_PORT",
    "HALQA_PORT = 80",
    "export HALQA_PORT=80",
    'HALQA_DATA="/srv/data"',
    "HALQA_DATA='/srv/data'",
    "=80",
    "\u0000",
  ])("[HT-20] refuses the line %o and says which it is", (line) => {
    expect(parse("# first", line)).toEqual({
      ok: false,
      error: { kind: "line", file: "f", line: 2 },
    });
  });

  it("[HT-20] refuses a name that it does not know, or knows already", () => {
    expect(parse("HALQA_PROT=80")).toEqual({
      ok: false,
      error: { kind: "unknown", file: "f", name: "HALQA_PROT" },
    });
    expect(parse("PATH=/bin")).toMatchObject({ error: { kind: "unknown" } });
    // One file does not name another.
    expect(parse("HALQA_CONFIG=g")).toMatchObject({
      error: { kind: "unknown" },
    });
    expect(parse("HALQA_PORT=80", "HALQA_PORT=80")).toEqual({
      ok: false,
      error: { kind: "twice", file: "f", name: "HALQA_PORT" },
    });
  });

  it("[HT-20] knows whether there is a secret in it", () => {
    expect(holdsSecret({ HALQA_PORT: "80", HALQA_ACCESS: "" })).toBe(false);
    expect(holdsSecret({ HALQA_ACCESS: "x" })).toBe(true);
  });
});
