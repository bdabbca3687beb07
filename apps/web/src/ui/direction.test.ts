// Arabic comes first: a rule that says left or right is wrong for half of the readers.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const PHYSICAL =
  /\b(?:left|right)\b|(?<![\w-])(?:top|bottom|width|height|min-width|max-width|min-height|max-height|(?:margin|padding|border)-(?:top|bottom))\s*:|\d(?:vw|vh)\b/;

function faultsIn(css: string): readonly string[] {
  const withoutComments = css.replaceAll(/\/\*[^]*?\*\//g, "");
  return withoutComments.split("\n").filter((line) => PHYSICAL.test(line));
}

describe("the style sheets", () => {
  const sheets = globSync("**/*.css", { cwd: root });

  it("are found", () => {
    expect(sheets.length).toBeGreaterThan(5);
  });

  it.each(sheets)("[AP-6] know no left and no right: %s", (sheet) => {
    expect(faultsIn(readFileSync(join(root, sheet), "utf8"))).toEqual([]);
  });

  it.each([
    "text-align: left;",
    "margin-right: 1px;",
    "border-top-left-radius: 0;",
    "padding-top: 1px;",
    "min-width: 44px;",
    "  width: 50vw;",
    "inset: auto; left: 0",
  ])("[AP-6] would be told of %s", (line) => {
    expect(faultsIn(`a {\n${line}\n}`)).toEqual([line]);
  });

  it.each([
    "margin-inline-start: 1px;",
    "border-block-start: 1px solid;",
    "inline-size: 40vi;",
    "/* to the left */",
    "line-height: 1.5;",
    "stroke-width: 2;",
  ])("[AP-6] may say %s", (line) => {
    expect(faultsIn(line)).toEqual([]);
  });
});
