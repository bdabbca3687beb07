// `npm run bench -- NAME [--json] [--record]`: figures side by side with peers, in one run.

import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { fail } = await import("./fail.mjs");
const { ensureInstalled } = await import("./install.mjs");
const { benchNames, loadBench } = await import("./bench/catalogue.mjs");
const { measure } = await import("./bench/measure.mjs");
const { formatLine, formatTable, machineLine } =
  await import("./bench/report.mjs");

const usage = `Usage: npm run bench -- NAME [--json] [--record]
  NAME      one of: ${benchNames().join(", ")}
  --json    one line of JSON per result
  --record  write the table into docs/benchmarks.md`;
const { values, name } = readArguments();
if (!benchNames().includes(name)) {
  fail(name === "" ? usage : `There is no bench named ${name}.\n${usage}`);
}

await ensureInstalled();
const bench = await loadBench(name);
const results = [];
process.stderr.write(`${machineLine()}\n`);
for (const benchCase of await bench.setup()) {
  for (const result of await measure(bench.name, benchCase)) {
    results.push(result);
    if (values.json) process.stdout.write(`${formatLine(result)}\n`);
  }
  process.stderr.write(`${benchCase.case}: done\n`);
}
if (!values.json) process.stdout.write(`${formatTable(results)}\n`);
if (values.record) {
  const { recordTable } = await import("./bench/record.mjs");
  await recordTable(bench.name, results);
}
// It has its figures: whatever a bench has left open does not keep it, and what it clears away at the end is cleared away.
process.stdout.write("", () => process.exit(0));

function readArguments() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: { json: { type: "boolean" }, record: { type: "boolean" } },
    });
    if (parsed.positionals.length > 1) fail(`One bench at a time.\n${usage}`);
    return { values: parsed.values, name: parsed.positionals[0] ?? "" };
  } catch (error) {
    return fail(`${error.message}\n${usage}`);
  }
}
