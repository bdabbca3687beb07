// One place asks the browser how dates and numbers are written: elsewhere the reader's digits and calendar, and the
// Kurdish that browsers lack, would be forgotten without an error.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const ASKS =
  /\bIntl\.(?:DateTimeFormat|NumberFormat|RelativeTimeFormat|ListFormat|DisplayNames)\b|\.toLocale(?:Date|Time)?String\(|\bi18n\.(?:date|number)\(/;

describe("dates and numbers", () => {
  const elsewhere = globSync("**/*.{ts,tsx}", { cwd: root }).filter(
    (file) => !/^ui[\\/]format-|\.test\.ts$/u.test(file),
  );

  it("[AP-52] are written in one place", () => {
    expect(elsewhere.length).toBeGreaterThan(100);
    const faults = elsewhere.filter((file) =>
      ASKS.test(readFileSync(join(root, file), "utf8")),
    );
    expect(faults).toEqual([]);
  });

  it.each([
    "new Intl.DateTimeFormat(locale)",
    "date.toLocaleString()",
    "date.toLocaleTimeString('en')",
    "i18n.number(3)",
  ])("[AP-52] would be noticed: %s", (line) => {
    expect(ASKS.test(line)).toBe(true);
  });
});
