/** Failing stories that were kept: each is told again by the tests, forever (SI-6). */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Regression } from "./run-seeds.ts";

const folder = new URL("../../regressions/", import.meta.url);

/** Keeps a story; the answer is its file's name. */
export function keepRegression(regression: Regression): string {
  const { invariant, plan } = regression;
  const name = `${invariant.toLowerCase()}-seed-${plan.seed}.json`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    new URL(name, folder),
    `${JSON.stringify(regression, undefined, 2)}\n`,
  );
  return name;
}

export function keptRegressions(): readonly (readonly [string, Regression])[] {
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return names.toSorted().map((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- files that this module wrote
    return [name, JSON.parse(text) as Regression] as const;
  });
}
