// check-spec: every rule of docs/spec has a test that cites it, and no text cites a rule that does not exist.
//
// A rule is a list item that begins with its id in bold: `- **BY-3** The reader MUST ...`.
// A test cites it in its name: `[BY-3] refuses ...`. Source comments may cite it as well.

import { globSync, readFileSync } from "node:fs";

const DEFINITION = /^- \*\*([A-Z]{2}-\d+)\*\* /gm;
const CITATION = /\[([A-Z]{2}-\d+)\]/g;
// At the head of a test's name, after other citations at most: a word in a comment tests nothing.
const TEST_NAME = /["'`]((?:\[[A-Z]{2}-\d+\] ?)+)/g;
// Bold ids in any other place or form would look like rules and be none.
const LOOK_ALIKE = /^(?!- \*\*[A-Z]{2}-\d+\*\* ).*\*\*[A-Z]+-\d+\*\*.*$/gm;
const sources = globSync("{packages,apps,relay,scripts}/**/*.{ts,tsx,mjs}", {
  exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path),
});

const faults = [];
const pageByRule = new Map();
for (const page of globSync("docs/spec/*.md").toSorted()) {
  for (const [line] of readFileSync(page, "utf8").matchAll(LOOK_ALIKE)) {
    faults.push(
      `${page} has a line that looks like a rule and is none: ${line}`,
    );
  }
  for (const [, rule] of readFileSync(page, "utf8").matchAll(DEFINITION)) {
    if (pageByRule.has(rule)) {
      faults.push(
        `${rule} is defined in ${pageByRule.get(rule)} and again in ${page}`,
      );
    }
    pageByRule.set(rule, page);
  }
}

const tested = new Set();
for (const file of sources.toSorted()) {
  const text = readFileSync(file, "utf8");
  for (const [, rule] of text.matchAll(CITATION)) {
    if (!pageByRule.has(rule)) {
      faults.push(`${file} cites ${rule}, which no page defines`);
    }
  }
  if (!/\.test\.tsx?$/.test(file)) continue;
  for (const [, citations] of text.matchAll(TEST_NAME)) {
    for (const [, rule] of citations.matchAll(CITATION)) tested.add(rule);
  }
}
for (const [rule, page] of pageByRule) {
  if (!tested.has(rule)) faults.push(`${rule} (${page}) is cited by no test`);
}
if (pageByRule.size === 0) faults.push("docs/spec defines no rule at all");

for (const fault of faults) process.stdout.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
