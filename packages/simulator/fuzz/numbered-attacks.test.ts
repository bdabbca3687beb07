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
    const from = (first: number, count: number): readonly string[] =>
      Array.from(
        { length: count },
        (_, i) => `N${String(first + i).padStart(2, "0")}`,
      );
    expect(numbers).toEqual([...from(1, 29), ...from(46, 11)]);
  });

  it.each(rows)("[SI-15] %s is shown in %s", (_, file = "", words = "") => {
    const text = readFileSync(new URL(file, packages), "utf8");
    expect(text.includes(words)).toBe(true);
  });
});

const ten = [
  ...page.matchAll(/^\| (T\d+) +\| [^|]+\| `([^`]+)` +\| (.+?) +\|$/gm),
].map(([, number = "", file = "", words = ""]) => [number, file, words]);

describe("the ten that matter most", () => {
  it("[SI-16] stand in the table, each of them", () => {
    const numbers = new Set(ten.map(([number]) => number));
    expect([...numbers]).toEqual(
      Array.from({ length: 10 }, (_, index) => `T${index + 1}`),
    );
  });

  it.each(ten)(
    "[SI-16] %s is shown in %s by %s",
    (_, file = "", words = "") => {
      const text = readFileSync(new URL(file, packages), "utf8");
      expect(text.includes(words)).toBe(true);
    },
  );
});
