import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { root } from "../root.mjs";
import { formatTable, machineLine } from "./report.mjs";

/**
 * Replaces the section of one bench in docs/benchmarks.md, between its two markers.
 * @param {string} name
 * @param {readonly import("./measure.mjs").Result[]} results
 */
export async function recordTable(name, results) {
  const page = join(root, "docs", "benchmarks.md");
  const begin = `<!-- bench ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const text = readFileSync(page, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) {
    throw new Error(
      `docs/benchmarks.md has no section between ${begin} and ${end}`,
    );
  }
  const day = new Date().toISOString().slice(0, 10);
  const section = `${begin}\n\n${day}, ${machineLine()}.\n\n${formatTable(results)}\n\n`;
  const changed = text.slice(0, from) + section + text.slice(to);
  writeFileSync(page, await format(changed, { parser: "markdown" }));
}
