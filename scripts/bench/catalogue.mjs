import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../root.mjs";

const files = () =>
  globSync("{packages/*,relay,apps/*}/bench/*.bench.ts", {
    cwd: root,
  }).toSorted();
const nameOf = (file) => basename(file, ".bench.ts");

/** @returns {string[]} */
export function benchNames() {
  return files().map(nameOf);
}

/**
 * @param {string} name one of `benchNames()`
 * @returns {Promise<import("@halqa/testkit").Bench>}
 */
export async function loadBench(name) {
  const file = files().find((candidate) => nameOf(candidate) === name) ?? "";
  const { bench } = await import(pathToFileURL(join(root, file)).href);
  return bench;
}
