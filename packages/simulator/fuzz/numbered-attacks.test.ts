import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const packages = new URL("../../", import.meta.url);
const page = readFileSync(
  new URL("../docs/spec/simulator.md", packages),
  "utf8",
);

const rows = [
  ...page.matchAll(/^\| (N\d\d) +\| [^|]+\| `([^`]+)` +\| (.+?) +\|$/gm),
].map(([, number = "", file = "", words = ""]) => [number, file, words]);

describe("the numbered attacks", () => {
  it("[SI-15] stand in the table once each", () => {
    const numbers = rows.map(([number]) => number);
    expect(numbers.length).toBeGreaterThanOrEqual(30);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it.each(rows)("[SI-15] %s is shown in %s", (_, file = "", words = "") => {
    const text = readFileSync(new URL(file, packages), "utf8");
    expect(text.includes(words)).toBe(true);
  });
});
