// `npm run mutants:engine [-- --only NAME]`: makes the faults of packages/simulator/fuzz/mutants.ts one at a time in a copy of engine and model and expects their tests, or a simulated world, to fail.

import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { fail } = await import("./fail.mjs");
const { ensureInstalled } = await import("./install.mjs");
const { root } = await import("./root.mjs");

// Enough for every fault that has been planted so far; the whole number takes minutes, and that for each fault.
const WORLDS = "60";
const REAL_WORLDS = "4";
// A fault may make a loop endless; the sound engine needs a fraction of this.
const LONGEST_RUN_MS = 600_000;

const copied = ["engine", "model", "simulator"];
// The quick tests first: most faults need no worlds.
const STAGES = [
  ["packages/engine", "packages/model"],
  ["packages/simulator/fuzz/worlds"],
];

await ensureInstalled();
const { mutants } = await import("../packages/simulator/fuzz/mutants.ts");
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
  const { failed, code, output } = await runTests(nearTests(mutant));
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

/** A folder with copies of what is changed and of what runs it; everything else is linked. */
function makeCopy() {
  const folder = mkdtempSync(join(tmpdir(), "halqa-mutants-"));
  mkdirSync(join(folder, "packages"));
  for (const name of readdirSync(join(root, "packages"))) {
    const from = join(root, "packages", name);
    const to = join(folder, "packages", name);
    if (copied.includes(name)) cpSync(from, to, { recursive: true });
    else symlinkSync(from, to);
  }
  for (const linked of ["docs", "relay", "apps", "tsconfig.json"]) {
    symlinkSync(join(root, linked), join(folder, linked));
  }
  linkModules(folder);
  const include = [
    "packages/{engine,model}/src/**",
    "packages/simulator/fuzz/**",
  ];
  const config = {
    test: {
      include: include.map((folders) => `${folders}/*.test.ts`),
      setupFiles: ["packages/crypto/testing/nonce-watch.setup.ts"],
      testTimeout: LONGEST_RUN_MS,
    },
  };
  writeFileSync(
    join(folder, "vitest.config.mjs"),
    `export default ${JSON.stringify(config)};\n`,
  );
  return folder;
}

/**
 * Packages are found by name: those of the copy lead into the copy, so that everything is changed with them.
 * @param {string} folder
 */
function linkModules(folder) {
  const modules = join(root, "node_modules");
  const own = join(folder, "node_modules");
  mkdirSync(join(own, "@halqa"), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name !== "@halqa") symlinkSync(join(modules, name), join(own, name));
  }
  for (const name of readdirSync(join(modules, "@halqa"))) {
    const place = relative(root, realpathSync(join(modules, "@halqa", name)));
    symlinkSync(join(folder, place), join(own, "@halqa", name));
  }
}

/**
 * Makes the edits of a mutant; returns how to take them back.
 * @param {import("../packages/simulator/fuzz/mutants.ts").Mutant} mutant
 */
function plant({ name, edits }) {
  const before = new Map();
  for (const { file, find, replace } of edits) {
    const path = join(copy, "packages", file);
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

/**
 * The tests of the changed files, and those of all files beside them: they notice most faults within seconds.
 * @param {import("../packages/simulator/fuzz/mutants.ts").Mutant} mutant
 */
function nearTests({ edits }) {
  const own = edits
    .map(({ file }) => `packages/${file.replace(/\.ts$/, ".test.ts")}`)
    .filter((file) => existsSync(join(copy, file)));
  const beside = edits.map(({ file }) => `packages/${dirname(file)}/`);
  return [...(own.length > 0 ? [own] : []), beside];
}

/**
 * Runs the tests of the copy, stage after stage, up to the first failure.
 * @param {readonly (readonly string[])[]} first
 */
async function runTests(first = []) {
  let result = { code: 0, failed: 0, output: "" };
  for (const stage of [...first, ...STAGES]) {
    if (result.code === 0) result = await runStage(stage);
  }
  return result;
}

/** @param {readonly string[]} stage */
async function runStage(stage) {
  const report = join(copy, "report.json");
  rmSync(report, { force: true });
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      "run",
      ...stage,
      "--bail=1",
      "--reporter=json",
      `--outputFile=${report}`,
    ],
    {
      cwd: copy,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LONGEST_RUN_MS,
      killSignal: "SIGKILL",
      env: {
        ...process.env,
        HALQA_SIM_SYMBOLIC: WORLDS,
        HALQA_SIM_REAL: REAL_WORLDS,
        NO_COLOR: "1",
      },
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
