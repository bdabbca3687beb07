// What a command takes, out of its usage.

import { describe, expect, it } from "vitest";
import { readCall } from "./call.ts";
import { parseUsage, readGiven, type Given } from "./form.ts";

function given(usage: string, ...argv: readonly string[]): Given | string {
  const call = readCall(argv, {}, "/data");
  if (!call.ok) return call.error;
  const read = readGiven(parseUsage(usage), call.value);
  return read.ok ? read.value : read.error;
}

function taken(usage: string, ...argv: readonly string[]): Given {
  const read = given(usage, ...argv);
  if (typeof read === "string") throw new Error(read);
  return read;
}

describe("a usage line", () => {
  it("[CL-16] says which word stands where", () => {
    const call = taken(
      "poll CIRCLE QUESTION OPTION... [--several] [--closes TIME]",
      "poll",
      "c",
      "Bread?",
      "rye",
      "wheat",
      "--several",
    );
    expect(call.text("CIRCLE")).toBe("c");
    expect(call.all("OPTION")).toEqual(["rye", "wheat"]);
    expect(call.has("several")).toBe(true);
    expect(call.maybe("closes")).toBeUndefined();
    expect(call.maybeAs("closes")).toEqual({});
  });

  it("[CL-16] tells options that may be absent from those that may not", () => {
    const usage = "notice CIRCLE --title TEXT [--place TEXT]";
    expect(given(usage, "notice", "c")).toBe(`halqa ${usage}`);
    const call = taken(usage, "notice", "c", "--title", "Meeting");
    expect(call.maybeAs("title")).toEqual({ title: "Meeting" });
  });

  it("[CL-16] takes a flag that must be there, and literals of several words", () => {
    const usage = "circle end CIRCLE --yes";
    expect(given(usage, "circle", "end", "c")).toBe(`halqa ${usage}`);
    expect(taken(usage, "circle", "end", "c", "--yes").text("CIRCLE")).toBe(
      "c",
    );
  });

  it.each([
    ["vote CIRCLE ID [NUMBER...]", ["vote", "c", "i", "one"], /NUMBER is a/],
    [
      "invite CIRCLE [--uses N]",
      ["invite", "c", "--uses", "-1"],
      /--uses is a/,
    ],
    ["rsvp CIRCLE yes|no", ["rsvp", "c", "maybe"], /^halqa rsvp/],
    [
      "read CIRCLE",
      ["read", "c", "--auto"],
      /--auto is no option of `halqa read`/,
    ],
    ["read CIRCLE", ["read"], /^halqa read CIRCLE$/],
    ["read CIRCLE", ["read", "c", "d"], /^halqa read CIRCLE$/],
  ] as const)("[CL-16] of %j refuses %j", (usage, argv, said) => {
    expect(given(usage, ...argv)).toMatch(said);
  });

  it("is a bug when it names an option that does not exist, or is asked for what it does not name", () => {
    expect(() => parseUsage("dance [--fast]")).toThrow();
    expect(() => parseUsage("dance [--auto N]")).toThrow();
    const call = taken("read CIRCLE [--limit N]", "read", "c");
    expect(() => call.text("TEXT")).toThrow();
    expect(() => call.text("limit")).toThrow();
  });
});
