import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { namedFaults } from "./killed-by.ts";
import { mutants } from "./mutants.ts";

const packages = new URL("../../", import.meta.url);

describe("the planted faults", () => {
  it("[SI-13] are at least 40, each with a name of its own", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(40);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it("[SI-13] name tests that are there, and every test that is named is one of a fault", () => {
    const tests = mutants.flatMap(({ killedBy }) => killedBy);
    for (const test of tests)
      expect(existsSync(new URL(test, packages)), test).toBe(true);
    const names = new Set(mutants.map(({ name }) => name));
    expect(namedFaults().filter((name) => !names.has(name))).toEqual([]);
    expect(new Set(namedFaults()).size).toBe(namedFaults().length);
  });

  it.each(mutants.map((one) => [one.name, one] as const))(
    "[SI-13] %s can be made: its text occurs once",
    (_, { edits }) => {
      for (const { file, find, replace } of edits) {
        const text = readFileSync(new URL(file, packages), "utf8");
        expect(text.split(find)).toHaveLength(2);
        expect(replace).not.toBe(find);
      }
    },
  );
});
