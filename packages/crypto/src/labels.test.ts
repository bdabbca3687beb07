import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "@halqa/bytes";
import { labels } from "@halqa/crypto";
import { labelBytes, type LabelName } from "./labels.ts";

const texts: readonly string[] = Object.values(labels);
const names = Object.keys(labels).filter(
  (name): name is LabelName => name in labels,
);

describe("the table of labels", () => {
  it("[CR-60] has no label twice and none that begins another", () => {
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) {
      const begun = texts.filter((other) => other.startsWith(text));
      expect(begun).toEqual([text]);
    }
  });

  it("[CR-60] has labels of plain characters under halqa/v1/", () => {
    for (const text of texts) {
      expect(text).toMatch(/^halqa\/v1\/[a-z-]+(\/[a-z-]+)*$/);
    }
  });

  it("[CR-60] keeps them apart from the labels of HPKE and MLS", () => {
    for (const foreign of ["HPKE-v1", "MLS 1.0 "]) {
      for (const text of texts) {
        expect(text.startsWith(foreign) || foreign.startsWith(text)).toBe(
          false,
        );
      }
    }
  });

  it("[CR-60] is what the operations read", () => {
    for (const name of names) {
      expect(labelBytes(name)).toEqual(encodeUtf8(labels[name]));
    }
  });

  it("[CR-61] is the only place in the package's sources where a label stands", () => {
    const sources = globSync("**/*.ts", { cwd: import.meta.dirname }).filter(
      (file) => !file.endsWith(".test.ts") && file !== "labels.ts",
    );
    expect(sources.length).toBeGreaterThan(10);
    for (const file of sources) {
      const source = readFileSync(join(import.meta.dirname, file), "utf8");
      const strings = source.matchAll(/["'`](halqa\/[^"'`]*)["'`]/g);
      expect([file, ...Array.from(strings, ([, text]) => text)]).toEqual([
        file,
      ]);
    }
  });
});
