import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  chooseLocale,
  directionOf,
  LANGUAGE_NAMES,
  LOCALES,
  SHIPPED_LOCALES,
} from "./language.ts";

describe("chooseLocale", () => {
  it.each([
    ["en", ["ar"], "en"],
    [undefined, ["en-GB", "ar"], "en"],
    [undefined, ["de-DE", "AR-sy", "en"], "ar"],
    [undefined, ["fi", "zh-Hant-TW"], "ar"],
    [undefined, [], "ar"],
    ["de", ["en"], "en"],
    ["../../etc", ["en"], "en"],
    ["", [""], "ar"],
  ])("[AP-4] remembers %s, is asked for %o: %s", (remembered, wanted, got) => {
    expect(chooseLocale(remembered, wanted)).toBe(got);
  });
});

describe("the languages", () => {
  it("[AP-4] run from right to left where their script does", () => {
    const rtl = LOCALES.filter((locale) => directionOf(locale) === "rtl");
    expect(rtl).toEqual(["ar", "ckb"]);
  });

  it("[AP-5] have one set of codes, and a name each", () => {
    expect(LOCALES.join(" ")).toBe("ar en es fr de kmr ckb");
    expect(Object.keys(LANGUAGE_NAMES)).toEqual([...LOCALES]);
  });

  it("[AP-5] are offered exactly where a catalogue exists", () => {
    const folder = join(import.meta.dirname, "..", "locales");
    const catalogues = readdirSync(folder).map((name) =>
      name.replace(/\.po$/, ""),
    );
    expect(catalogues.toSorted()).toEqual(SHIPPED_LOCALES.toSorted());
  });
});
