import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  chooseLocale,
  directionOf,
  chooseReading,
  formatsOf,
  LANGUAGE_NAMES,
  LOCALES,
} from "./language.ts";

describe("chooseLocale", () => {
  it.each([
    ["en", ["ar"], "en"],
    [undefined, ["en-GB", "ar"], "en"],
    [undefined, ["de-DE", "AR-sy", "en"], "de"],
    [undefined, ["fi", "AR-sy", "en"], "ar"],
    [undefined, ["fi", "zh-Hant-TW"], "ar"],
    [undefined, [], "ar"],
    ["de", ["en"], "de"],
    [undefined, ["ku", "en"], "kmr"],
    [undefined, ["ku-TR"], "kmr"],
    [undefined, ["ku-Arab"], "ckb"],
    [undefined, ["ku-IQ"], "ckb"],
    [undefined, ["ckb-IQ", "ar"], "ckb"],
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
    expect(catalogues.toSorted()).toEqual(LOCALES.toSorted());
  });
});

describe("how digits and dates are written", () => {
  it("[AP-50] is what was chosen, else the digits of the language and the calendar of all", () => {
    const none = chooseReading(undefined, undefined);
    expect(formatsOf("ar", none)).toEqual(["ar-u-ca-gregory-nu-arab"]);
    expect(formatsOf("de", none)).toEqual(["de-u-ca-gregory-nu-latn"]);
    const chosen = chooseReading("arabext", "persian");
    expect(formatsOf("ckb", chosen)).toEqual([
      "ckb-u-ca-persian-nu-arabext",
      "ar-u-nu-arabext",
    ]);
    expect(formatsOf("de", chosen)).toEqual(["de-u-ca-persian-nu-arabext"]);
  });

  it("[AP-50] is never what is not offered", () => {
    expect(chooseReading("roman", "../../etc")).toEqual({
      digits: undefined,
      calendar: "gregory",
    });
  });
});
