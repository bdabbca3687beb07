// The words of the page, as translators have them: whole, in step with the source, and plain.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { LOCALES } from "./language.ts";

const root = join(import.meta.dirname, "..", "..", "..", "..");
const lingui = join(
  dirname(createRequire(import.meta.url).resolve("@lingui/cli")),
  "lingui.js",
);

function run(...args: readonly string[]): {
  readonly code: number | null;
  readonly output: string;
} {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [lingui, ...args, "--workers", "1"],
    { cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
  return { code: status, output: stdout + stderr };
}

interface Entry {
  readonly sources: readonly string[];
  readonly id: string;
  readonly text: string;
}

function entriesOf(locale: string): readonly Entry[] {
  const path = join(import.meta.dirname, "..", "locales", `${locale}.po`);
  const [, ...blocks] = readFileSync(path, "utf8").split("\n\n");
  return blocks.map((block) => ({
    sources: [...block.matchAll(/^#: (.+)$/gm)].map(([, file = ""]) => file),
    id: quoted(block, "msgid"),
    text: quoted(block, "msgstr"),
  }));
}

function quoted(block: string, name: string): string {
  const [, lines = ""] =
    new RegExp(`^${name} ((?:".*"\\n?)+)`, "m").exec(block) ?? [];
  return lines.replaceAll(/"\n?"?/g, "");
}

/** The values, and the parts with a look of their own, that a sentence has room for. */
function placesIn(text: string): readonly string[] {
  const places = text.match(/\{\w+(?=[},])|<\/?\d+\/?>/g) ?? [];
  return [...new Set(places)].toSorted();
}

// Words that a newcomer should never have to meet (names of parts, of methods, of attacks), in all languages.
const TECHNICAL =
  /encrypt|decrypt|cipher|crypto|\bkeys?\b|signature|hash|nonce|token|protocol|sodium|25519|poly1305|wasm|webassembly|indexeddb|database|worker|isolat|origin|context|api\b|تشفير|تعمية|مفتاح|مفاتيح|توقيع|بروتوكول|خادم|قاعدة بيانات|cifrad|descifr|\bclaves?\b|servidor|chiffrement|chiffré|\bclés?\b|serveur|schlüssel|datenbank|şîfre|mifte|danegeh|شفرە|کلیل|داتابەیس/i;

describe.each(LOCALES)("the words in %s", (locale) => {
  const entries = entriesOf(locale);

  it("[AP-5] are there, and keep the places for values", () => {
    expect(entries.length).toBeGreaterThan(30);
    for (const { id, text } of entries) {
      expect(text, id).not.toBe("");
      expect(placesIn(text), id).toEqual(placesIn(id));
    }
  });

  it("[AP-14] are plain everywhere but in the details", () => {
    const outside = entries.filter(({ sources }) =>
      sources.some((file) => !file.endsWith("CheckDetails.tsx")),
    );
    expect(outside.length).toBeGreaterThan(25);
    const faults = outside.filter(({ text }) => TECHNICAL.test(text));
    expect(faults).toEqual([]);
  });
});

describe("the catalogues", () => {
  it("[AP-5] hold exactly what the source says", () => {
    const { code, output } = run("check", "sync", "--clean");
    expect(code, output).toBe(0);
  });

  it("[AP-5] have all six Arabic forms where something is counted", () => {
    const counted = entriesOf("ar").filter(({ id }) => /, plural,/.test(id));
    expect(counted).not.toEqual([]);
    for (const { text } of counted) {
      for (const form of ["zero", "one", "two", "few", "many", "other"]) {
        expect(text).toContain(`${form} {`);
      }
    }
  });
});
