import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";

const textOf = (file: string) =>
  readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8");

describe("mutants", () => {
  it("[ML-302] are at least 25, each with a name of its own", () => {
    const names = new Set(mutants.map(({ name }) => name));
    expect(names.size).toBe(mutants.length);
    expect(names.size).toBeGreaterThanOrEqual(25);
  });

  it.each(mutants)("[ML-302] can be planted: $name", ({ edits }) => {
    for (const { file, find, replace } of edits) {
      expect(textOf(file).split(find)).toHaveLength(2);
      expect(replace).not.toBe(find);
    }
  });
});
