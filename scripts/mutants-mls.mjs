// `npm run mutants:mls [-- --only NAME]`: makes the faults of packages/mls/fuzz/mutants.ts one at a time in a copy of the engine and expects its tests to fail.

import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { fail } = await import("./fail.mjs");
const { ensureInstalled } = await import("./install.mjs");
const { root } = await import("./root.mjs");

// Enough for every fault that has been planted so far; the whole number takes minutes, and that for each fault.
const HISTORIES = "40";
// A fault may make a loop endless; the sound engine needs a fraction of this.
const LONGEST_RUN_MS = 180_000;

// The quick tests first: most faults need no histories.
const STAGES = ["src/**/*.test.ts", "fuzz/history.test.ts"];

await ensureInstalled();
if (process.env.HALQA_MLS_VECTORS === undefined) {
  process.stderr.write(
    "HALQA_MLS_VECTORS is not set: the official vectors take no part.\n",
  );
}
const { mutants } = await import("../packages/mls/fuzz/mutants.ts");
const wanted = chooseMutants();
const copy = makeCopy();
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const mutant of wanted) plant(mutant)();
const baseline = await runTests();
if (baseline.failed !== 0 || baseline.code !== 0) {
  fail(`The tests fail without any fault:\n${baseline.output}`);
}
let killed = 0;
const survivors = [];
for (const mutant of wanted) {
  const restore = plant(mutant);
  const { failed, code, output } = await runTests();
  restore();
  if (code !== 0 && failed === 0) {
    fail(`${mutant.name} does not even load:\n${output}`);
  }
  if (failed > 0) killed += 1;
  else survivors.push(mutant);
  process.stdout.write(
    `${failed > 0 ? "killed" : "SURVIVED"} ${mutant.name}\n`,
  );
}
for (const { name, why } of survivors) {
  process.stdout.write(`survived: ${name}. ${why}\n`);
}
process.stdout.write(
  `${wanted.length} mutants, ${killed} killed, ${survivors.length} survived\n`,
);
process.exitCode = survivors.length > 0 ? 1 : 0;

function chooseMutants() {
  const { values } = parseArgs({
    options: { only: { type: "string", multiple: true } },
  });
  const { only } = values;
  if (only === undefined) return mutants;
  const chosen = mutants.filter(({ name }) => only.includes(name));
  if (chosen.length !== only.length) {
    fail(`There is no such mutant: ${only.join(", ")}.`);
  }
  return chosen;
}

/** A folder with the engine and its tests; everything else is linked. */
function makeCopy() {
  const folder = mkdtempSync(join(tmpdir(), "halqa-mutants-"));
  const engine = join("packages", "mls");
  mkdirSync(join(folder, engine), { recursive: true });
  for (const part of ["src", "fuzz", "package.json"]) {
    cpSync(join(root, engine, part), join(folder, engine, part), {
      recursive: true,
    });
  }
  for (const linked of ["node_modules", "docs", join(engine, "node_modules")]) {
    symlinkSync(join(root, linked), join(folder, linked));
  }
  const include = STAGES.map((stage) => `packages/mls/${stage}`);
  writeFileSync(
    join(folder, "vitest.config.mjs"),
    `export default { test: { include: ${JSON.stringify(include)}, testTimeout: ${LONGEST_RUN_MS} } };\n`,
  );
  return folder;
}

/**
 * Makes the edits of a mutant; returns how to take them back.
 * @param {import("../packages/mls/fuzz/mutants.ts").Mutant} mutant
 */
function plant({ name, edits }) {
  const before = new Map();
  for (const { file, find, replace } of edits) {
    const path = join(copy, "packages", "mls", "src", file);
    const text = readFileSync(path, "utf8");
    if (!before.has(path)) before.set(path, text);
    const [head, tail, ...more] = text.split(find);
    if (tail === undefined || more.length > 0) {
      fail(`${name}: its text does not occur exactly once in ${file}.`);
    }
    writeFileSync(path, head + replace + tail);
  }
  return () => {
    for (const [path, text] of before) writeFileSync(path, text);
  };
}

/** Runs the tests of the copy, stage after stage, up to the first failure. */
async function runTests() {
  let result = { code: 0, failed: 0, output: "" };
  for (const stage of STAGES) {
    if (result.code === 0) result = await runStage(stage);
  }
  return result;
}

/** @param {string} stage */
async function runStage(stage) {
  const report = join(copy, "report.json");
  rmSync(report, { force: true });
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      "run",
      `packages/mls/${stage.split("/")[0]}`,
      "--bail=1",
      "--reporter=json",
      `--outputFile=${report}`,
    ],
    {
      cwd: copy,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LONGEST_RUN_MS,
      killSignal: "SIGKILL",
      env: { ...process.env, HALQA_MLS_HISTORIES: HISTORIES, NO_COLOR: "1" },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const { code, signal } = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...ended) =>
      resolve({ code: ended[0], signal: ended[1] }),
    );
  });
  // A run that had to be stopped is a fault that was noticed.
  if (signal !== null) return { code: 1, failed: 1, output };
  const { failed, said } = readFailures(report);
  return { code, failed, output: `${output}${said}\n` };
}

/**
 * The failed tests of a report, and what they said.
 * @param {string} report
 */
function readFailures(report) {
  try {
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    const tests = testResults.flatMap((file) => file.assertionResults);
    const failures = tests.filter(({ status }) => status === "failed");
    const broken = testResults.filter(({ message }) => message !== "");
    return {
      failed: failures.length,
      said: [
        ...broken.map(({ name, message }) => `${name}: ${message}`),
        ...failures.map((test) => test.failureMessages.join("\n")),
      ].join("\n"),
    };
  } catch {
    return { failed: 0, said: "There is no report." };
  }
}
