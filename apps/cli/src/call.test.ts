// The words of a call, taken apart.

import { describe, expect, it } from "vitest";
import { readCall } from "./call.ts";

const read = (...argv: readonly string[]) => readCall(argv, {}, "/data");

const id43 = `-${"a".repeat(42)}`;
const dashes43 = `--${"a".repeat(41)}`;
const dashes22 = `--${"a".repeat(20)}`;

describe("words that begin with a dash", () => {
  it.each([id43, dashes43, dashes22, "-5 degrees", "-", "- bread"])(
    "[CL-14] takes %j as a word",
    (word) => {
      expect(read("send", word, "--offline", word)).toMatchObject({
        ok: true,
        value: { words: ["send", word, word], settings: { offline: true } },
      });
    },
  );

  it.each([id43, dashes43, dashes22, "-1"])(
    "[CL-14] takes %j as the value of an option",
    (value) => {
      expect(
        read("send", "circle", "text", "--reply", value, "--json"),
      ).toMatchObject({
        ok: true,
        value: {
          words: ["send", "circle", "text"],
          options: { reply: value },
          settings: { json: true },
        },
      });
    },
  );

  it("[CL-14] still refuses an option that does not exist, and one without its value", () => {
    expect(read("send", "--colour", "red").ok).toBe(false);
    expect(read("send", "--reply").ok).toBe(false);
    expect(read("send", "--offline=yes").ok).toBe(false);
  });

  it("[CL-14] takes everything behind a double dash as words", () => {
    expect(read("send", "--", "--offline", "--colour")).toMatchObject({
      ok: true,
      value: {
        words: ["send", "--offline", "--colour"],
        settings: { offline: false },
      },
    });
  });
});
